"""Reading a file of contacts that somebody brings: what it is, what its rows say, what its columns mean. Pure.

Nouns: Look (what we believe of a file), Shape (how it is read), Row, Target, Suggestion.
Verbs: look_at, read_rows, suggest, read_date.
"""
