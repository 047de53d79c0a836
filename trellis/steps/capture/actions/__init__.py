"""Taking in a form, and saying what a signal means."""
