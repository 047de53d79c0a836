"""The doors of the set-up pages: find, one call to an action or a query, answer."""
