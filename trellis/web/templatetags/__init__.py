"""Template tags of the kit: `{% load web %}`."""
