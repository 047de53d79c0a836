"""What can be done about ourselves: the business, people, teams, hours, absences, notices and keys."""
