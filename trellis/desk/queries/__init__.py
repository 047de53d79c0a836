"""What the pages of the desk show, gathered in few queries."""
