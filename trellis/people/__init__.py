"""Who our customers are, and how we tell them apart.

Nouns: Contact, Company, ContactPoint, Tag, Consent, PossibleDuplicate.
Verbs: recognize, tag, consent, write a note."""
