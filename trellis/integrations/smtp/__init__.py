"""Sends email through any SMTP server.

Nouns: Letter (a message as an email), Server, unsubscribe link.
Verbs: compose, hand over, unsubscribe."""
