"""Bringing contacts in from a file: what a row says, whom it means, what changes, and how that is written."""
