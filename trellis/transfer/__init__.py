"""What goes in and out as a whole: lists that a business brings along, lists it takes away, backups and their return.

Nouns: Import, ImportedRow. Verbs: look at a file, map its columns, import and take back; export; back up and restore.
"""
