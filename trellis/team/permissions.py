"""Who may do what, and how far: asked by every door, about a user or a token. Whoever is not named may not."""

from functools import partial
from typing import Any
from uuid import UUID

from trellis.team.models import ApiToken, Run, User
from trellis.team.queries import grants, teammates_of
from trellis.team.roles import ADMINS_ALONE, Reach, Role, by_default, effective, reaches_of

# A machine reaches what its token's role says; its own is that of the person who made it.
Who = User | ApiToken
# Whom nothing belongs to: a set of rows that is empty and still plain SQL along the same index.
NOBODY = UUID(int=0)


def reach_of(who: Any, verb: str, noun: str) -> Reach:
    """How far `who` reaches with this verb. UnknownRight where no noun has it."""
    if (verb, noun) in ADMINS_ALONE:
        return Reach.ALL if who.role == Role.ADMIN else Reach.NONE
    reach = effective(partial(granted, who.role), verb, noun)
    is_somebodys = reach in (Reach.NONE, Reach.ALL) or person_behind(who) is not None
    return reach if is_somebodys else Reach.NONE


def may(who: Any, verb: str, noun: str) -> bool:
    """Whether it reaches anything at all; which rows, their `visible_to` and `in_reach` say."""
    return reach_of(who, verb, noun) != Reach.NONE


def granted(role: str, verb: str, noun: str) -> Reach:
    """What the table of a role says, with what an admin made different."""
    reaches = reaches_of(verb, noun)
    if role == Role.ADMIN:
        return reaches[-1]
    return Reach(grants().get((role, noun, verb), by_default(role, verb, noun)))


def sees_all(who: Any) -> bool:
    """Whether every lead is theirs to see: what is counted over all of them is told to nobody else."""
    return reach_of(who, "see", "journey") == Reach.ALL


def owners_in_reach(who: Any, reach: Reach) -> frozenset[UUID]:
    """Whose rows a reach short of all holds: one's own, or those of anybody in a team of theirs."""
    person = person_behind(who)
    if person is None or reach == Reach.NONE:
        return frozenset({NOBODY})
    return frozenset({person}) if reach == Reach.OWN else teammates_of(person)


def person_behind(who: Any) -> UUID | None:
    """Who a machine acts for: whoever made its token."""
    found: UUID | None = who.created_by_id if isinstance(who, ApiToken) else who.pk
    return found


def can_change(user: Any) -> bool:
    """Work with leads: add one, change one, write to one, note something."""
    return any(may(user, *right) for right in WORK)


WORK = (("change", "journey"), ("add", "journey"), ("send", "conversation"), ("add", "note"), ("change", "signal"))


def can_manage(user: Any) -> bool:
    """Change the hours and the absences."""
    return may(user, "change", "hours")


def can_shape_forms(user: Any) -> bool:
    return may(user, "change", "form")


def can_import(user: Any) -> bool:
    """Bring a list of people in from a file: it finds whoever is known, so all of them must be theirs to see."""
    return may(user, "import", "contact") and reach_of(user, "see", "contact") == Reach.ALL


def can_export(user: Any) -> bool:
    """Take a list away as a file."""
    return may(user, "export", "contact")


def can_see_history(user: Any) -> bool:
    """Read what everybody changed; about customers only whoever sees all of them (`sees_everything`)."""
    return may(user, "see", "history")


def sees_everything(who: Any) -> bool:
    """All customers, their leads, and what was said with them and noted of them."""
    return all(reach_of(who, "see", noun) == Reach.ALL for noun in ("contact", "journey", "conversation", "note"))


def can_publish(who: Any) -> bool:
    """Make another version of a playbook live, here or through the machine door: a user, or a token.

    It moves every lead that walks it, so whoever does must see them all.
    """
    return may(who, "change", "playbook") and sees_all(who)


def can_administer(user: Any) -> bool:
    """Change who works here, what is connected and how the business presents itself."""
    return may(user, "change", "settings")


def sees_run(user: User, run: Run) -> bool:
    """Long work is that of whoever began it, and of admins, who take back what a colleague began that has left."""
    return run.by_id == user.pk or can_administer(user)
