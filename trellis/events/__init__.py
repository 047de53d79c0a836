"""What happened: the catalogue of facts, the Event log and its reading.

Verbs: announce."""
