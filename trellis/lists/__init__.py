"""Lists: everything of one noun in a table, narrowed by a filter, in an order, with the columns that somebody wants.

Nouns: Listing (contacts, companies, leads, steps), SavedView. Verbs: save, pin and share a view; change many at once.
"""
