"""What is needed to prove things: only PostgreSQL lets two transactions write at once."""

from django.conf import settings

collect_ignore = [] if "postgresql" in str(settings.DATABASES["default"]["ENGINE"]) else ["test_two_at_once.py"]
