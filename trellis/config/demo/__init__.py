"""A demo business for each playbook that ships, with weeks of ordinary life up to this minute; the usual one roofs.

Nouns: Company, Neighbor, Past, SampleTransport.
Verbs: plant, remove."""
