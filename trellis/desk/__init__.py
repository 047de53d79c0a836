"""The pages people work in: Today, inbox, board, contacts, signals, coverage, find. Views only, no rule.

Nouns: the queue of open journeys by deadline, the pulse, the timeline. Verbs: those of the rooms below.
"""
