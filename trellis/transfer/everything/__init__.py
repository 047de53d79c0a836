"""Everything out and in again: one archive of plain lines of JSON and files, the same from either database.

Nouns: Noun, Manifest. Verbs: export everything, import everything, describe the format.
"""
