"""Who we are: people, teams, hours and absences.

Nouns: Business, User, Team, Membership, Calendar, Absence, Notice, ApiToken, Change.
Verbs: invite, put on leave, set hours, deactivate, undo."""
