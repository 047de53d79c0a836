"""The door to Trellis: who is let in, by what, and what a person does about their own way in.

Nouns: password, second step, passkey, recovery code, session, invitation.
Verbs: log in, log out, ask for a new password, accept an invitation, end a session."""
