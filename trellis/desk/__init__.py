"""The pages people work in: Today, the contact page, signals, coverage, connections. Views only, no rule.

Nouns: the queue of open journeys by deadline, the pulse, the timeline. Verbs: those of the rooms below.
"""
