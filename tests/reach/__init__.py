"""The proof that nothing leaks: every noun, verb, role, reach and door."""
