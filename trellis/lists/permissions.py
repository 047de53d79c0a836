"""Who has long work of the lists to watch, and who writes companies down."""

from typing import Any

from trellis.team.permissions import can_import, may, reach_of
from trellis.team.roles import Reach


def can_begin_work(user: Any) -> bool:
    """Change many records at once, or bring a list in: what then goes on by itself they see under Work."""
    return may(user, "change", "contact") or may(user, "change", "journey") or can_import(user)


def can_add_company(user: Any) -> bool:
    """A company without people is seen by those who see everybody: for others it would be gone at once."""
    return may(user, "add", "contact") and reach_of(user, "see", "contact") == Reach.ALL
