"""Doors of the whole house: readiness, the worker, the command."""
