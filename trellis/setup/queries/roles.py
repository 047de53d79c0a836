"""What a role may, by right and in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from trellis.team.models import Role
from trellis.team.permissions import granted
from trellis.team.queries import active_people
from trellis.team.roles import ALL, NAMES, NONE, OWN, RIGHTS, TEAM, Reach, by_default, effective

WHOSE = {OWN: "their own", TEAM: "their own and their team’s", ALL: "all"}
# Verbs that are said otherwise of one noun.
SAID = {
    ("see", "conversation"): "read",
    ("send", "conversation"): "answer",
    ("see", "note"): "read",
    ("add", "note"): "write",
    ("change", "signal"): "take back in",
}


@dataclass(frozen=True, kw_only=True)
class RoleSheet:
    """A role with how far it reaches. `words` say of each noun what that comes to; `differs`: not as by default."""

    role: Role
    people: list[str]
    reach: dict[tuple[str, str], Reach]
    words: list[tuple[str, str]]
    differs: bool


def role_sheet(role: Role) -> RoleSheet:
    rights = [(verb, noun) for noun, verbs in RIGHTS.items() for verb in verbs]
    return RoleSheet(
        role=role,
        people=[person.name for person in active_people() if person.role == role],
        reach={right: granted(role, *right) for right in rights},
        words=[(NAMES[noun].capitalize(), ", ".join(in_words(role, noun)) or "nothing") for noun in RIGHTS],
        differs=any(granted(role, *right) != by_default(role, *right) for right in rights),
    )


def in_words(role: Role, noun: str) -> Iterator[str]:
    """See and change all, add, export their own: verbs that reach as far are said together."""
    together: dict[str, list[str]] = {}
    for verb, reaches in RIGHTS[noun].items():
        reach = effective(partial(granted, role), verb, noun)
        whose = WHOSE[reach] if reach and OWN in reaches else ""
        if reach != NONE:
            together.setdefault(whose, []).append(SAID.get((verb, noun), verb))
    for whose, verbs in together.items():
        yield " ".join(part for part in (joined(verbs), whose) if part)


def joined(verbs: list[str]) -> str:
    return " and ".join([", ".join(verbs[:-1]), verbs[-1]] if len(verbs) > 1 else verbs)
