"""Who answers a lead at any minute of the next two weeks, and when nobody would."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from trellis.core.availability import NEVER
from trellis.core.business_time import NeverOpen
from trellis.core.durations import Duration
from trellis.journeys.models import Playbook
from trellis.journeys.playbook.schema import Limit, Stage
from trellis.journeys.playbook.schema import Playbook as Document
from trellis.journeys.publish import document_of
from trellis.journeys.rehearsal.coverage import Answer, answer_at, answers
from trellis.journeys.rehearsal.roster import Absence, Member, Roster
from trellis.journeys.world import people_at
from trellis.setup.queries.absences_strip import DAY, DAYS, bar, closings_of
from trellis.team.hours import Span
from trellis.team.models import User
from trellis.team.queries import (
    absences_between,
    active_people,
    hours_of,
    hours_of_users,
)
from trellis.web.times import Viewer, clock_time, day_name, weekday_name

GAPS_SHOWN = 8
# In percent of a day's line, which is some 730 pixels wide: 24 of them.
NARROW = 3.4
# Whoever is away in two weeks may be back long after.
FAR = timedelta(days=400)
CLOCKS = {"first_response": "A first reply", "reply": "A reply", "stage": "What this stage promises"}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of lead: those that are in this stage of this playbook."""

    playbook: Playbook
    document: Document
    key: str

    @property
    def value(self) -> str:
        return f"{self.playbook.key}/{self.key}"

    @property
    def stage(self) -> Stage:
        return self.document.stages[self.key]

    @property
    def title(self) -> str:
        return f"{self.document.title}: {self.stage.title}"

    @property
    def limit(self) -> Limit:
        """The promise that starts when a lead comes to this stage or writes in it."""
        order = list(CLOCKS)
        return min(self.stage.limits, key=lambda limit: order.index(limit.clock))

    @property
    def promise(self) -> Duration | None:
        return self.limit.within if self.limit.clock != "stage" else None


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """One answer on one day. `state` is there, waits (a gap) or broken (a gap in which the promise would break)."""

    state: str
    start: float
    length: float
    name: str
    words: str
    moment: datetime
    is_chosen: bool

    @property
    def can_be_hit(self) -> bool:
        """Wide enough for a finger: shorter ones are asked for by their moment."""
        return self.length >= NARROW


@dataclass(frozen=True, kw_only=True)
class CoverageDay:
    name: str
    holiday: str
    is_today: bool
    stretches: list[Stretch]


@dataclass(frozen=True, kw_only=True)
class Moment:
    """What would happen to a lead that comes at this moment: `asked` on the viewer's clock, `day` its date."""

    asked: str
    day: str
    owner: User
    state: str
    says: str
    why: str
    due: str
    hours_key: str
    away: bool


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """`broken` are the first gaps that break the promise, in words; `covered` is the share of the time in percent."""

    kind: Kind
    days: list[CoverageDay]
    hours: list[str]
    moment: Moment
    broken: list[tuple[str, datetime]]
    more_broken: int
    gaps: int
    covered: int
    wanted: str
    words: list[str]


def kinds() -> list[Kind]:
    """Every stage of every playbook that is in use, in the order of its path."""
    active = Playbook.objects.exclude(active_at=None).defer("source", "document").order_by("title", "key")
    found = [(playbook, document_of(playbook)) for playbook in active]
    return [Kind(playbook=one, document=document, key=key) for one, document in found for key in document.stages]


def coverage_of(kind: Kind, viewer: Viewer, *, moment: datetime | None = None, wanted: str = "") -> Coverage:
    """Two weeks from today. UnknownCalendar when the playbook keeps time by hours that are not there."""
    midnights = [datetime.combine(viewer.today + n * DAY, time(), viewer.zone) for n in range(DAYS + 1)]
    now, end = viewer.now.replace(second=0, microsecond=0), midnights[-1]
    roster, rule = roster_at(kind, now, end), kind.stage.owner
    found = answers(rule, roster, now, end, promise=kind.promise, wanted=wanted if rule.match else "")
    at = moment if moment and now <= moment < end else now
    shown = Shown(kind, roster, {str(user.pk): user for user in active_people()}, viewer)
    broken = [answer for answer in found if answer.broken]
    return Coverage(
        kind=kind,
        days=shown.days(found, midnights, at),
        hours=[clock_time(time(hour), viewer) for hour in (6, 12, 18)],
        moment=shown.moment(answer_at(rule, roster, at, promise=kind.promise, wanted=wanted if rule.match else "")),
        broken=[(shown.when(answer), answer.start) for answer in broken[:GAPS_SHOWN]],
        more_broken=max(len(broken) - GAPS_SHOWN, 0),
        gaps=sum(answer.is_gap for answer in found),
        covered=share_covered(found),
        wanted=wanted,
        words=sorted({word for member in roster.members for word in member.covers}) if rule.match else [],
    )


def share_covered(found: Sequence[Answer]) -> int:
    """In percent of the time, rounded down: only all of it is a hundred."""
    whole = sum((answer.end - answer.start for answer in found), timedelta())
    there = sum((answer.end - answer.start for answer in found if not answer.is_gap), timedelta())
    return int(100 * there / whole) if whole else 0


def roster_at(kind: Kind, start: datetime, end: datetime) -> Roster:
    """Everybody with their hours and absences; whose turn it is, and what they have, as it is now."""
    users = active_people()
    people = people_at(start, with_load=kind.stage.owner.by == "load")
    hours, away = hours_of_users(users), absences_between(start, end + FAR)
    by_id = {str(user.pk): user.pk for user in users}
    members = [
        Member(
            id=one.id,
            name=one.name,
            role=one.role,
            teams=one.teams,
            hours=hours[by_id[one.id]],
            absences=[Absence(starts_at=gone.starts_at, ends_at=gone.ends_at) for gone in away.get(by_id[one.id], ())],
            covers=one.covers,
        )
        for one in people
    ]
    return Roster(
        members,
        hours_of(kind.document.calendar),
        last_assigned={one.id: one.last_assigned_at for one in people if one.last_assigned_at},
        load={one.id: one.load for one in people},
    )


class Shown:
    """Answers as the page shows them."""

    def __init__(self, kind: Kind, roster: Roster, users: Mapping[str, User], viewer: Viewer) -> None:
        self.kind = kind
        self.roster = roster
        self.users = users
        self.viewer = viewer

    def days(self, found: Sequence[Answer], midnights: Sequence[datetime], at: datetime) -> list[CoverageDay]:
        closings = closings_of(midnights[0].date())
        return [self.day(found, (first, last), closings, at) for first, last in pairwise(midnights)]

    def day(self, found: Sequence[Answer], day: Span, closings: Mapping[date, str], at: datetime) -> CoverageDay:
        here = (
            replace(answer, start=max(answer.start, day[0]), end=min(answer.end, day[1]))
            for answer in found
            if answer.start < day[1] and answer.end > day[0]
        )
        return CoverageDay(
            name=weekday_name(day[0].date(), self.viewer),
            holiday=closings.get(day[0].date(), ""),
            is_today=day[0].date() == self.viewer.today,
            stretches=[self.stretch(answer, day, at) for answer in here],
        )

    def stretch(self, answer: Answer, day: Span, at: datetime) -> Stretch:
        place = bar(state_of(answer), (answer.start, answer.end), day)
        name = self.users[answer.owner].first_name
        return Stretch(
            state=place.kind,
            start=place.start,
            length=place.length,
            name="" if answer.is_gap else name,
            words=f"{self.when(answer)}: {self.says(answer)}",
            moment=self.viewer.local(answer.start),
            is_chosen=answer.start <= at < answer.end,
        )

    def when(self, answer: Answer) -> str:
        """Sat, Jun 13, 5:00 PM to Mon 8:00 AM."""
        first, last = (self.viewer.local(moment) for moment in (answer.start, answer.end))
        same = (last - timedelta(microseconds=1)).date() == first.date()
        ends = clock_time(answer.end, self.viewer) if same else self.said(answer.end)
        return f"{day_name(answer.start, self.viewer)}, {clock_time(answer.start, self.viewer)} to {ends}"

    def said(self, at: datetime) -> str:
        """A moment with its day, however near."""
        return f"{weekday_name(at, self.viewer)}, {clock_time(at, self.viewer)}"

    def says(self, answer: Answer) -> str:
        """Who answers; in a gap that nobody does, and who is there first."""
        owner = self.users[answer.owner].first_name
        if not answer.is_gap:
            then = [self.users[id].first_name for id in answer.then[:3]]
            return f"{owner} answers" + (f", then {', then '.join(then)}" if then else "")
        back = answer.back_at
        if back is None or back >= NEVER:
            return f"nobody is on duty; {owner} has it, and is not there again"
        has = "is back first," if "back first" in answer.why else "has it, from"
        return f"nobody is on duty; {owner} {has} {self.said(back)}"

    def moment(self, answer: Answer) -> Moment:
        user = self.users[answer.owner]
        hours = next(member.hours for member in self.roster.members if member.id == answer.owner)
        return Moment(
            asked=f"{self.viewer.local(answer.start):%Y-%m-%dT%H:%M}",
            day=f"{self.viewer.local(answer.start):%Y-%m-%d}",
            owner=user,
            state=state_of(answer),
            says=f"{self.said(answer.start)}: {self.says(answer)}.",
            why=f"{answer.why[:1].upper()}{answer.why[1:]}.",
            due=self.due(answer),
            hours_key=hours.key if hours else self.kind.document.calendar,
            away=any(is_away(member, answer.start) for member in self.team()),
        )

    def due(self, answer: Answer) -> str:
        limit = self.kind.limit
        try:
            due = self.said(self.roster.hours.add(answer.start, limit.within))
        except NeverOpen:
            return ""
        breaks = " That is before anybody is there: the promise would break." if answer.broken else ""
        return f"{CLOCKS[limit.clock]} would be due {due}.{breaks}"

    def team(self) -> list[Member]:
        return [member for member in self.roster.members if self.kind.stage.owner.team in member.teams]


def is_away(member: Member, at: datetime) -> bool:
    return any(gone.starts_at <= at < gone.ends_at for gone in member.absences)


def state_of(answer: Answer) -> str:
    return "broken" if answer.broken else "waits" if answer.is_gap else "there"
