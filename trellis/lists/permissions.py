"""Who has long work of the lists to watch."""

from typing import Any

from trellis.team.permissions import can_import, may


def can_begin_work(user: Any) -> bool:
    """Change many records at once, or bring a list in: what then goes on by itself they see under Work."""
    return may(user, "change", "contact") or may(user, "change", "journey") or can_import(user)
