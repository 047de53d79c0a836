"""Who may do what. Whoever is not named may not; everybody who works here sees everything."""

from typing import Any

from trellis.team.models import Role

_READERS = frozenset(Role.values)
_WRITERS = frozenset({Role.ADMIN, Role.MANAGER, Role.SALES})
_MANAGERS = frozenset({Role.ADMIN, Role.MANAGER})


def can_read(role: str) -> bool:
    """Through the machine door."""
    return role in _READERS


def can_write(role: str) -> bool:
    """Through the machine door."""
    return role in _WRITERS


def can_change(user: Any) -> bool:
    """Work with leads."""
    return bool(user.role != Role.VIEWER)


def can_manage(user: Any) -> bool:
    """Change the hours, the absences and the forms."""
    return user.role in _MANAGERS


def can_import(user: Any) -> bool:
    """Bring a list of people in from a file."""
    return user.role in (*_MANAGERS, Role.MARKETING, Role.SALES)


def can_export(user: Any) -> bool:
    """Take a list away as a file."""
    return can_change(user)


def can_publish(who: Any) -> bool:
    """Make another version of a playbook live, here or through the machine door: a user, or a token."""
    return who.role in _MANAGERS


def can_administer(user: Any) -> bool:
    """Change who works here, what is connected and how the business presents itself."""
    return bool(user.role == Role.ADMIN)
