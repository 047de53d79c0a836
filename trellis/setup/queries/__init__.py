"""What the set-up pages show, gathered in few queries."""
