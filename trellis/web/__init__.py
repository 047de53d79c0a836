"""The kit of the human door: layout, elements, tokens, icons. No domain."""
