"""The doors of the desk: find, one call to an action or a query, answer."""
