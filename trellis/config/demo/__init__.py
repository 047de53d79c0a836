"""The demo business: Ridgeline Roofing in Conway, Arkansas, with six weeks of ordinary life up to this minute.

Nouns: Neighbor, Moment, SampleTransport.
Verbs: plant, remove."""
