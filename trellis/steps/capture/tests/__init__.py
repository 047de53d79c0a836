"""From a raw signal to a contact with context and a journey."""
