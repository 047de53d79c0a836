"""Who we are: people, teams, hours and absences.

Nouns: Business, User, Team, Membership, Calendar, Absence, Notice, ApiToken.
Verbs: invite, put on leave, set hours, deactivate."""
