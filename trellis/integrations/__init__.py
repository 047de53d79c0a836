"""Outside services, one folder each, behind ports that lower rooms define."""
