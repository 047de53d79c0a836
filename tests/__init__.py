"""Stories across rooms."""
