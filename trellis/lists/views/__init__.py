"""The doors of the lists."""
