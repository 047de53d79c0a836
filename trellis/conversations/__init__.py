"""What was said, on any channel, and the outbound ledger.

Nouns: Conversation, Message, Call.
Verbs: queue, deliver, receive, suppress, log a call."""
