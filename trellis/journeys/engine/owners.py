"""Who gets it: one name, always, as long as the business has anyone. Pure."""

from collections.abc import Iterable
from datetime import UTC, datetime

from trellis.journeys.engine.state import Person, World
from trellis.journeys.playbook.schema import OwnerRule

NEVER = datetime.min.replace(tzinfo=UTC)
LEADERS = frozenset({"manager", "admin"})


class NobodyCanOwn(ValueError):
    """The business has nobody who works with leads."""


def choose_owner(
    rule: OwnerRule, world: World, *, current: str = "", without: str = "", keep: bool = False
) -> tuple[Person, str]:
    """The owner that the rule names now, and why. `without` is passed over as long as there is anyone else.

    With `keep` whoever has it keeps it, as with a rule that says so, unless they are away.
    """
    line = in_turn(rule.team, world, without)
    keeper = world.person(current) if (keep or rule.by == "keep") and current != without else None
    keeper = keeper if keeper and works_with_leads(keeper) else None
    first = keeper or line[0]
    if keeper and keeper.on_duty:
        return keeper, f"{keeper.first_name} keeps it"
    chosen = next((person for person in line if person.on_duty), None)
    if chosen is None:
        chosen = min([first, *line], key=back_at)
        if chosen.away_until:
            chosen = min([chosen, *leaders(world)], key=back_at)
    if not chosen.on_duty:
        stays = f"{chosen.first_name} keeps it" if chosen is keeper else f"{chosen.first_name} is back first"
        return chosen, f"nobody is on duty now, {stays}"
    if chosen is first:
        return chosen, f"{chosen.first_name} is next in turn"
    return (
        chosen,
        f"{first.first_name} is {'away' if first.away_until else 'off duty'}, {chosen.first_name} is next free",
    )


def back_at(person: Person) -> datetime:
    return person.next_on_duty_at


def next_free(rule: OwnerRule, world: World, *, current: str) -> Person | None:
    """Someone else of the team who is on duty, else a leader on duty; None when it would not help to pass it on."""
    team = by_turn((person for person in world.people if rule.team in person.teams), rule.team)
    others = (person for person in [*team, *leaders(world)] if person.on_duty and person.id != current)
    return next(others, None)


def leaders(world: World) -> list[Person]:
    """Managers before admins."""
    return sorted(
        (person for person in world.people if person.role in LEADERS), key=lambda person: person.role != "manager"
    )


def in_turn(team: str, world: World, without: str = "") -> list[Person]:
    """The team in its order of turn; when it is empty the leaders, else everyone."""
    for group in ([person for person in world.people if team in person.teams], leaders(world), list(world.people)):
        if line := by_turn((person for person in group if person.id != without), team):
            return line
    if everyone := by_turn(world.people, team):
        return everyone
    raise NobodyCanOwn("nobody in this business works with leads, so nobody can own this one")


def works_with_leads(person: Person) -> bool:
    """Viewers look on: nothing can be theirs to do."""
    return person.role != "viewer"


def by_turn(people: Iterable[Person], team: str) -> list[Person]:
    """Those who work with leads, longest without a new one first."""
    return sorted(
        filter(works_with_leads, people),
        key=lambda person: (person.last_assigned_at or NEVER, person.teams.get(team, 0), person.id),
    )
