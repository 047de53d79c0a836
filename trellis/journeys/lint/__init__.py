"""What is proved of a playbook before it runs: the six ways in which a customer is lost, each searched for. Pure."""
