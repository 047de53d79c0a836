"""What should happen next, decided by a pure function. Pure: no Django."""
