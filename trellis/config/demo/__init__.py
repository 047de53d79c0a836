"""A demo business for each playbook that ships, with weeks of ordinary life up to this minute. The usual one is a roofer.

Nouns: Company, Neighbor, Past, SampleTransport.
Verbs: plant, remove."""
