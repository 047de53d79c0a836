"""How likely it is that two contacts are one person, and why. Pure: no Django.

Nouns: Traits, Likeness, Weights.
Verbs: blocks (who is worth comparing), likeness (of two), learn (from a business's own people)."""
