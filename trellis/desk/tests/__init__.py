"""Stories of the desk, through its own pages."""
