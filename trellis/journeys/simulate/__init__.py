"""What a playbook will do: leads arrive, customers answer or do not, people work, on a clock of its own. Pure."""
