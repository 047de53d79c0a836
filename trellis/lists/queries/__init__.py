"""What the lists ask of the database."""
