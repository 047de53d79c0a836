"""The demo business, and what is left when it goes."""
