"""The rules of the house as code, and the proof that each one bites."""
