"""The designed path as a typed, versioned document. Pure: no Django."""
