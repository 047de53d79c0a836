"""What must hold of everything that comes in."""
