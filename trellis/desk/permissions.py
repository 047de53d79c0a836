"""Who may change things at the desk. Everybody who works here sees everything."""

from typing import Any

from trellis.team.models import Role


def can_change(user: Any) -> bool:
    return bool(user.role != Role.VIEWER)
