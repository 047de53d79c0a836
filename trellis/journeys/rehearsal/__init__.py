"""A playbook played on a clock of its own, by people and customers in memory. Pure: no Django."""
