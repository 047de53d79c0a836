"""What came in, stored before it is understood, and what became of it.

Nouns: Signal, RawSignal.
Verbs: take in, receive, interpret, set aside, restore."""
