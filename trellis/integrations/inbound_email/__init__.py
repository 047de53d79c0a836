"""Takes in raw email that another system forwards to us.

Nouns: Letter (an email as read), delivery report.
Verbs: take an email, read it, cut off what it quotes."""
