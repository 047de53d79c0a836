"""Text messages and calls through Twilio.

Nouns: text, call, status callback, signature.
Verbs: send, look up, take a call, take a text."""
