"""What the set-up pages ask, and how they understand the answers."""
