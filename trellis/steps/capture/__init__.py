"""Turning a signal into a contact with context and a journey.

Nouns: Form.
Verbs: submit a form, interpret a signal."""
