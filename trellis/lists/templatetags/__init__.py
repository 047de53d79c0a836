"""What the templates of lists say beyond those of every page."""
