"""Who gets it: one name, always, as long as the business has anyone. Pure."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime

from trellis.journeys.engine.state import Person, State, World
from trellis.journeys.playbook.schema import OwnerRule

NEVER = datetime.min.replace(tzinfo=UTC)
LEADERS = frozenset({"manager", "admin"})


class NobodyCanOwn(ValueError):
    """The business has nobody who works with leads."""


def choose_owner(
    rule: OwnerRule,
    world: World,
    *,
    current: str = "",
    without: str = "",
    keep: bool = False,
    wanted: str = "",
    spoke: str = "",
) -> tuple[Person, str]:
    """The owner that the rule names now, and why. `without` is passed over as long as there is anyone else.

    With `keep` whoever has it keeps it, as with a rule that says so, unless they are away. `wanted` is what they should
    cover (`wanted_by`); `spoke` is who has just spoken with the customer.
    """
    keeper = keeper_of(rule, world, current=current, without=without, keep=keep, spoke=spoke)
    if keeper and (keeper.on_duty or rule.if_away == "wait"):
        return keeper, why_kept(rule, keeper, current)
    line = in_turn(rule, world, current=current, without=without, wanted=wanted)
    first = keeper or line[0]
    if rule.if_away == "wait":
        return first, why_first(rule, first, wanted) + (
            "" if first.on_duty else f", and it waits for {first.first_name}"
        )
    chosen = next((person for person in line if person.on_duty), None)
    if chosen is None:
        return when_nobody_is_there(rule, world, [first, *line], keeper, without)
    return chosen, why_first(rule, chosen, wanted) if chosen is first else why_next(first, chosen)


def keeper_of(rule: OwnerRule, world: World, *, current: str, without: str, keep: bool, spoke: str) -> Person | None:
    """Whoever has a claim to it before anybody's turn: the owner there is, or one who knows the customer."""
    names: Iterable[str] = ()
    if keep or rule.by == "keep":
        names = (current,)
    elif rule.by == "who_replied":
        names = (spoke or world.customer.spoke_with,)
    elif rule.by == "last_owner":
        names = (current, *world.customer.had_by)
    for name in names:
        person = world.person(name) if name and name != without else None
        of_team = keep or rule.by != "last_owner" or (person and rule.team in person.teams)
        if person and of_team and works_with_leads(person):
            return person
    return None


def when_nobody_is_there(
    rule: OwnerRule, world: World, line: list[Person], keeper: Person | None, without: str
) -> tuple[Person, str]:
    """Nobody of the line is on duty: whoever is back first, a leader where all are away, or the rule's manager."""
    bosses = [boss for boss in leaders(world) if boss.id != without]
    if rule.if_nobody == "manager" and bosses:
        boss = min(bosses, key=lambda one: (not one.on_duty, back_at(one)))
        return boss, f"nobody else is on duty now, so {boss.first_name} gets it"
    chosen = min(line, key=back_at)
    if chosen.away_until:
        chosen = min([chosen, *bosses], key=back_at)
    if chosen.on_duty:
        return chosen, why_next(line[0], chosen)
    stays = f"{chosen.first_name} keeps it" if chosen is keeper else f"{chosen.first_name} is back first"
    return chosen, f"nobody is on duty now, {stays}"


def why_kept(rule: OwnerRule, keeper: Person, current: str) -> str:
    if keeper.id == current:
        return f"{keeper.first_name} keeps it"
    said = "spoke with them last" if rule.by == "who_replied" else "had them before"
    return f"{keeper.first_name} {said}"


def why_first(rule: OwnerRule, chosen: Person, wanted: str) -> str:
    said = "has the fewest open" if rule.by == "load" else "is next in turn"
    if wanted in chosen.covers:
        return f"{chosen.first_name} covers {wanted} and {said}"
    return f"nobody covers {wanted}, {chosen.first_name} {said}" if wanted else f"{chosen.first_name} {said}"


def why_next(first: Person, chosen: Person) -> str:
    return f"{first.first_name} is {'away' if first.away_until else 'off duty'}, {chosen.first_name} is next free"


def back_at(person: Person) -> datetime:
    return person.next_on_duty_at


def wanted_by(rule: OwnerRule, state: State) -> str:
    """What the rule wants its owner to cover: the answer that it matches, as people's areas are written."""
    answer = state.answers.get(rule.match.removeprefix("answers."), "") if rule.match else ""
    return " ".join(answer.lower().split())


def parts_used(rule: OwnerRule) -> tuple[str, ...]:
    """The parts of the world that the choice depended on."""
    by = {"load": ("load",), "last_owner": ("customer",), "who_replied": ("customer",)}.get(rule.by, ())
    return ("people", *by, *(("covers",) if rule.match else ()))


def next_free(rule: OwnerRule, world: World, *, current: str, wanted: str = "") -> Person | None:
    """Someone else of the team who is on duty, else a leader on duty; None when it would not help to pass it on."""
    others = others_in_order(rule, world, current, wanted)
    return next((person for person in others if person.on_duty), None)


def next_to_ask(
    rule: OwnerRule, world: World, *, current: str, wanted: str = "", asked: Collection[str] = ()
) -> Person | None:
    """Whoever of them was not asked yet and is there, else back first; nobody who is away."""
    others = others_in_order(rule, world, current, wanted)
    left = [person for person in others if person.id not in asked and not person.away_until]
    return min(left, key=lambda one: (not one.on_duty, NEVER if one.on_duty else back_at(one)), default=None)


def others_in_order(rule: OwnerRule, world: World, current: str, wanted: str) -> list[Person]:
    """The team in the order of the rule and then the leaders, without the owner there is."""
    team = in_order(rule, team_of(rule.team, world), current=current, wanted=wanted)
    return [person for person in (*team, *leaders(world)) if person.id != current]


def leaders(world: World) -> list[Person]:
    """Managers before admins."""
    return sorted(
        (person for person in world.people if person.role in LEADERS), key=lambda person: person.role != "manager"
    )


def in_turn(rule: OwnerRule, world: World, *, current: str = "", without: str = "", wanted: str = "") -> list[Person]:
    """The team in the order of the rule; when it is empty the leaders, else everyone."""
    for group in groups(rule, world):
        others = (person for person in group if person.id != without)
        if line := in_order(rule, others, current=current, wanted=wanted):
            return line
    if everyone := in_order(rule, world.people, current=current, wanted=wanted):
        return everyone
    raise NobodyCanOwn("nobody in this business works with leads, so nobody can own this one")


def groups(rule: OwnerRule, world: World) -> Iterator[Sequence[Person]]:
    """Who is asked, one group after the other."""
    yield team_of(rule.team, world)
    yield leaders(world)
    yield world.people


def team_of(team: str, world: World) -> list[Person]:
    return [person for person in world.people if team in person.teams]


def works_with_leads(person: Person) -> bool:
    """Viewers look on: nothing can be theirs to do."""
    return person.role != "viewer"


def in_order(rule: OwnerRule, people: Iterable[Person], *, current: str = "", wanted: str = "") -> list[Person]:
    """Those who work with leads: who covers what is wanted, then who has least (this one not counted), then by turn."""

    def place(person: Person) -> tuple[bool, int, datetime, int, str]:
        load = person.load - (person.id == current) if rule.by == "load" else 0
        covers = not wanted or wanted in person.covers
        return not covers, load, person.last_assigned_at or NEVER, person.teams.get(rule.team, 0), person.id

    return sorted(filter(works_with_leads, people), key=place)
