"""Where a business shapes Trellis: first run, people and hours, the playbook, forms, connections, preferences.

Nouns: those of the rooms below, as pages. Verbs: those of the rooms below; no rule lives here.
"""
