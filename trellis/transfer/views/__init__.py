"""The doors through which lists come in and go out."""
