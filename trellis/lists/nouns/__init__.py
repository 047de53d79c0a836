"""What each list shows: its rows, its fields, and how it begins."""
