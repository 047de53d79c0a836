"""What can be done about roles: how far each reaches."""

from collections.abc import Mapping
from datetime import datetime

from trellis.core.memory import forget
from trellis.core.refusal import Refused
from trellis.team.models import Grant, Role, User
from trellis.team.roles import Reach, by_default, reaches_of
from trellis.team.undoing import keeping

Chosen = Mapping[tuple[str, str], Reach]


def set_reach(role: str, chosen: Chosen, *, by: User | None, at: datetime) -> None:
    """Let a role reach so far, by (verb, noun). What is as by default is no row. Refused for admins: they reach all."""
    if role not in Role.values or role == Role.ADMIN:
        raise Refused("unknown_role", "Admins may do everything here. Choose another role.")
    for (verb, noun), reach in chosen.items():
        if reach not in reaches_of(verb, noun):
            raise Refused("unknown_reach", f"“{reach.label}” cannot be chosen there.")
    of_role = Grant.objects.filter(role=role)
    with keeping(of_role, by=by, at=at):
        for (verb, noun), reach in chosen.items():
            if reach == by_default(role, verb, noun):
                of_role.filter(noun=noun, verb=verb).delete()
            else:
                Grant.objects.update_or_create(role=role, noun=noun, verb=verb, defaults={"reach": reach})
    forget()
