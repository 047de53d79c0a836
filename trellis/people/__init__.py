"""Who our customers are, and how we tell them apart.

Nouns: Contact, Company, ContactPoint, Tag, Consent, PossibleDuplicate, Merge.
Verbs: recognize, tag, consent, write a note, find who may be the same, merge and part."""
