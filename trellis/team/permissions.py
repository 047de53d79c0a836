"""Who may use the machine door for what. Whoever is not named may not."""

from trellis.team.models import Role

_READERS = frozenset(Role.values)
_WRITERS = frozenset({Role.ADMIN, Role.MANAGER, Role.SALES})


def can_read(role: str) -> bool:
    return role in _READERS


def can_write(role: str) -> bool:
    return role in _WRITERS
