"""The machine door, from outside."""
