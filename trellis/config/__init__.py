"""Puts the house together: the only room that knows every room."""
