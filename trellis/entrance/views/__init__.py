"""What happens when somebody comes to the door."""
