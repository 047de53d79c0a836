"""What may be allowed, and how far each role reaches where no admin says otherwise. Whoever is not named may not.

A noun has verbs; a role reaches with each verb nothing, its own, its team's or all. Whose something is, each noun says
(docs/decisions/0019-who-may-do-what.md).
"""

from collections.abc import Callable, Mapping

from django.db.models import IntegerChoices, TextChoices


class Role(TextChoices):
    ADMIN = "admin", "Admin"
    MANAGER = "manager", "Manager"
    MARKETING = "marketing", "Marketing"
    SALES = "sales", "Sales"
    SUPPORT = "support", "Support"
    VIEWER = "viewer", "Viewer"


class Reach(IntegerChoices):
    """How far a verb reaches. They are compared: whoever reaches all reaches their own."""

    NONE = 0, "Nobody"
    OWN = 1, "Own"
    TEAM = 2, "Team"
    ALL = 3, "All"


NONE, OWN, TEAM, ALL = Reach.NONE, Reach.OWN, Reach.TEAM, Reach.ALL
Table = Mapping[str, Mapping[str, Reach]]

# Every noun with its verbs, and how far each may reach: where nothing belongs to anybody, it is nobody or all.
BY_OWNER, BY_ROLE = (NONE, OWN, TEAM, ALL), (NONE, ALL)
RIGHTS: Mapping[str, Mapping[str, tuple[Reach, ...]]] = {
    "contact": {
        "see": BY_OWNER,
        "add": BY_ROLE,
        "change": BY_OWNER,
        "remove": BY_OWNER,
        "erase": BY_OWNER,
        "import": BY_ROLE,
        "export": BY_OWNER,
    },
    "journey": {"see": BY_OWNER, "add": BY_ROLE, "change": BY_OWNER},
    "conversation": {"see": BY_OWNER, "send": BY_OWNER},
    "note": {"see": BY_OWNER, "add": BY_OWNER},
    "signal": {"see": BY_OWNER, "change": BY_OWNER},
    "segment": {"see": BY_ROLE, "change": BY_ROLE},
    "form": {"see": BY_ROLE, "change": BY_ROLE},
    "playbook": {"see": BY_ROLE, "change": BY_ROLE},
    "hours": {"see": BY_ROLE, "change": BY_ROLE},
    "person": {"see": BY_ROLE},
    "settings": {"see": BY_ROLE},
    "history": {"see": BY_ROLE},
}
# What a noun is called on screen and in a refusal.
NAMES: Mapping[str, str] = {
    "contact": "people",
    "journey": "leads",
    "conversation": "conversations",
    "note": "notes",
    "signal": "signals",
    "segment": "segments",
    "form": "forms",
    "playbook": "playbooks",
    "hours": "hours and absences",
    "person": "colleagues",
    "settings": "settings",
    "history": "what was changed",
}
# Admins alone, whatever a table says: who could give these away could make themselves admin.
ADMINS_ALONE = frozenset({("change", "person"), ("change", "settings"), ("change", "role")})

_PAGES: Table = {
    "segment": {"see": ALL},
    "form": {"see": ALL},
    "playbook": {"see": ALL},
    "hours": {"see": ALL},
    "person": {"see": ALL},
    "settings": {"see": ALL},
}
_EVERYTHING: Table = {noun: {verb: reaches[-1] for verb, reaches in verbs.items()} for noun, verbs in RIGHTS.items()}
DEFAULTS: Mapping[str, Table] = {
    Role.ADMIN: _EVERYTHING,
    # What cannot be taken back by anybody is for admins, until one of them says otherwise.
    Role.MANAGER: {**_EVERYTHING, "contact": {**_EVERYTHING["contact"], "erase": NONE}},
    Role.SALES: {
        **_PAGES,
        "contact": {"see": ALL, "add": ALL, "change": ALL, "import": ALL, "export": TEAM},
        "journey": {"see": ALL, "add": ALL, "change": ALL},
        "conversation": {"see": ALL, "send": ALL},
        "note": {"see": ALL, "add": ALL},
        "signal": {"see": ALL, "change": ALL},
    },
    Role.SUPPORT: {
        **_PAGES,
        "contact": {"see": ALL, "add": ALL, "change": ALL},
        "journey": {"see": ALL, "add": ALL, "change": TEAM},
        "conversation": {"see": ALL, "send": ALL},
        "note": {"see": ALL, "add": ALL},
        "signal": {"see": ALL, "change": ALL},
    },
    Role.MARKETING: {
        **_PAGES,
        "contact": {"see": ALL, "add": ALL, "change": ALL, "import": ALL, "export": ALL},
        "journey": {"see": ALL},
        "signal": {"see": ALL},
        "segment": {"see": ALL, "change": ALL},
        "form": {"see": ALL, "change": ALL},
    },
    Role.VIEWER: {
        **_PAGES,
        "contact": {"see": ALL},
        "journey": {"see": ALL},
        "conversation": {"see": ALL},
        "note": {"see": ALL},
        "signal": {"see": ALL},
    },
}


class UnknownRight(LookupError):
    """No noun has this verb: a door asks for something that nobody can be given."""


def by_default(role: str, verb: str, noun: str) -> Reach:
    return DEFAULTS.get(role, {}).get(noun, {}).get(verb, NONE)


def reaches_of(verb: str, noun: str) -> tuple[Reach, ...]:
    """What may be chosen for a verb of a noun. UnknownRight where there is no such verb."""
    try:
        return RIGHTS[noun][verb]
    except KeyError as error:
        raise UnknownRight(f"Nobody can be allowed to {verb} a {noun}.") from error


def bounded_by(verb: str, noun: str) -> tuple[str, str] | None:
    """What a right cannot reach beyond: nobody changes what they do not see, or reads mail of whom they do not see."""
    is_about_a_contact = noun != "contact" and OWN in reaches_of("see", noun)
    if verb == "see" or (verb, noun) == ("add", "note"):
        return ("see", "contact") if is_about_a_contact else None
    return None if verb in ("add", "import") else ("see", noun)


def effective(granted: Callable[[str, str], Reach], verb: str, noun: str) -> Reach:
    """What a right comes to in the end, where the table of a role says `granted(verb, noun)`."""
    reach, bound = granted(verb, noun), bounded_by(verb, noun)
    return min(reach, effective(granted, *bound)) if bound and reach else reach
