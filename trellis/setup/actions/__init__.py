"""What the set-up pages do that takes more than one verb of the rooms below: whole, or not at all."""
