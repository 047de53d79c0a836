"""Takes in raw email that another system forwards to us."""
