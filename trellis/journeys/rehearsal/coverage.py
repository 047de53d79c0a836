"""Who would get a lead at any minute of a stretch of time, by the engine's own choice. Pure.

The choice changes only when somebody comes, goes, leaves or is back: so it is made once for each stretch in between.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from trellis.core.durations import Duration
from trellis.journeys.engine.owners import LEADERS, choose_owner, in_turn
from trellis.journeys.engine.state import Customer
from trellis.journeys.playbook.schema import OwnerRule
from trellis.journeys.rehearsal.roster import Member, Roster

NOBODY_KNOWN = Customer()
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Whose a lead is that comes from `start` until `end`, and why; `then` are others on duty, in their order.

    In a gap the owner is not on duty: they are there from `back_at`. It is `broken` where the promise is due before.
    """

    start: datetime
    end: datetime
    owner: str
    why: str
    then: tuple[str, ...] = ()
    on_duty: bool = True
    back_at: datetime | None = None
    broken: bool = False

    @property
    def is_gap(self) -> bool:
        return not self.on_duty


def answers(
    rule: OwnerRule,
    roster: Roster,
    start: datetime,
    end: datetime,
    *,
    promise: Duration | None = None,
    wanted: str = "",
) -> list[Answer]:
    """Every stretch from `start` until `end`, without a hole. `promise` is timed by the roster's hours."""
    few = replace(roster, members=those_who_matter(rule, roster))
    found: list[Answer] = []
    for first, last in pairwise(change_points(few.members, start, end)):
        answer = replace(answer_at(rule, few, first, wanted=wanted), end=last)
        for part in parted(answer, roster, promise):
            if found and same(found[-1], part):
                found[-1] = replace(found[-1], end=part.end)
            else:
                found.append(part)
    return found


def answer_at(
    rule: OwnerRule, roster: Roster, at: datetime, *, promise: Duration | None = None, wanted: str = ""
) -> Answer:
    """Who it would be at this moment; the stretch is the moment alone."""
    world = roster.world(NOBODY_KNOWN, at)
    owner, why = choose_owner(rule, world, wanted=wanted)
    others = in_turn(rule, world, wanted=wanted)
    answer = Answer(
        start=at,
        end=at,
        owner=owner.id,
        why=why,
        then=tuple(person.id for person in others if person.on_duty and person.id != owner.id),
        on_duty=owner.on_duty,
        back_at=None if owner.on_duty else owner.next_on_duty_at,
    )
    return replace(answer, broken=breaks(answer, roster, promise, at))


def breaks(answer: Answer, roster: Roster, promise: Duration | None, at: datetime) -> bool:
    """Nobody is there before the promise of a lead that comes at `at` is due."""
    return promise is not None and answer.back_at is not None and roster.hours.add(at, promise) < answer.back_at


def parted(answer: Answer, roster: Roster, promise: Duration | None) -> Iterator[Answer]:
    """A gap in two where it ends to break the promise: the later a lead comes, the later it is due."""
    if not breaks(answer, roster, promise, answer.start):
        yield answer
        return
    low, high = answer.start, answer.end
    while high - low > _MOMENT:
        middle = low + (high - low) // 2
        low, high = (middle, high) if breaks(answer, roster, promise, middle) else (low, middle)
    yield replace(answer, end=high, broken=True)
    if high < answer.end:
        yield replace(answer, start=high)


def same(one: Answer, other: Answer) -> bool:
    return replace(other, start=one.start, end=one.end) == one


def those_who_matter(rule: OwnerRule, roster: Roster) -> Sequence[Member]:
    """The team and the leaders; everybody where none of them works with leads."""
    few = [member for member in roster.members if rule.team in member.teams or member.role in LEADERS]
    return few if any(member.role != "viewer" for member in few) else roster.members


def change_points(members: Sequence[Member], start: datetime, end: datetime) -> list[datetime]:
    """When anybody comes, goes, leaves or is back, with both ends: instants, in which an hour is an hour."""
    points = {start, end}
    for member in members:
        for span in member.hours.open_spans(start, end) if member.hours else ():
            points.update(span)
        for absence in member.absences:
            points.update((absence.starts_at, absence.ends_at))
    instants = {point.astimezone(UTC) for point in points if start <= point <= end}
    return sorted(instants)
