"""The pulse of the day: how fast we answer, who waits, what was handled by itself, what we were told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from trellis.core.business_time import NeverOpen
from trellis.core.memory import keep, kept
from trellis.core.questions import RowsOf, SizeOf, ask_together
from trellis.desk.queries.names import called, hold_point, point_of, way_of
from trellis.events.models import Event
from trellis.intake.models import Signal, SignalState
from trellis.journeys.models import Act, Clock, Journey
from trellis.journeys.publish import document_at
from trellis.people.models import Contact
from trellis.people.reach import in_reach_of
from trellis.team.models import Notice, User
from trellis.team.permissions import owners_in_reach, reach_of, sees_all
from trellis.team.queries import UnknownCalendar, hours_of
from trellis.team.roles import Reach
from trellis.web.times import Viewer

# The dots of the day: the target stands at this share of the width, and six times the target at its end.
TARGET_SHARE = 57
WIDEST = 6
DOTS = 60
WAITING_SHOWN = 4
FIRST_RESPONSE = "first_response"
NOTICES_SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class Dot:
    """One first reply on the line: how far along in percent, and whether it was late."""

    place: float
    late: bool


@dataclass(frozen=True, kw_only=True)
class FirstReplies:
    """First replies of today, in working time."""

    median: timedelta | None
    target: timedelta | None
    dots: list[Dot]

    @property
    def count(self) -> int:
        return len(self.dots)

    @property
    def are_the_last(self) -> bool:
        """There may have been more today."""
        return self.count == DOTS

    @property
    def late(self) -> int:
        return sum(dot.late for dot in self.dots)

    @property
    def widest(self) -> timedelta | None:
        return self.target * WIDEST if self.target else None


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Somebody whose first reply is owed."""

    name: str
    way: str
    contact_id: UUID
    clock: Clock


@dataclass(frozen=True, kw_only=True)
class Handled:
    """What was done today without anybody."""

    messages: int
    call_backs: int
    moved: int
    set_aside: int

    @property
    def is_nothing(self) -> bool:
        return not (self.messages or self.call_backs or self.moved or self.set_aside)


@dataclass(frozen=True, kw_only=True)
class Pulse:
    replies: FirstReplies
    waiting: list[Waiting]
    waiting_count: int
    handled: Handled
    notices: list[Notice]


def pulse_for(user: User, viewer: Viewer, *, much_is_open: bool) -> Pulse:
    """One query: what belongs to the user and what to everybody, read along with the user.

    Where much is open, what is the same for everybody who sees all is at most two seconds old.
    """
    today = start_of_today(viewer)
    name = f"desk.pulse.{today.isoformat()}"
    is_shared = much_is_open and sees_all(user) and reach_of(user, "see", "signal") == Reach.ALL
    shared: dict[str, Any] | None = kept(name) if is_shared else None
    notices = notices_of(user).order_by("-created_at")
    asked = {"notices": RowsOf(notices[:NOTICES_SHOWN])} | (what_is_seen(user, today) if shared is None else {})
    found = ask_together(user, **asked)
    if shared is None:
        shared = keep(name, lambda: shared_parts(found, viewer)) if is_shared else shared_parts(found, viewer)
    return Pulse(notices=found["notices"], **shared)


def notices_of(user: User) -> QuerySet[Notice]:
    """What they were told and did not read yet, about whom they still see."""
    told = Notice.objects.filter(user=OuterRef("pk"), read_at=None)
    if reach_of(user, "see", "contact") == Reach.ALL:
        return told
    return told.filter(Q(contact_id=None) | in_reach_of(user, "see", "contact", contact="contact_id"))


def what_is_seen(user: User, today: datetime) -> dict[str, Any]:
    clocks = Clock.objects.filter(clocks_of_journeys_seen_by(user), kind=FIRST_RESPONSE)
    running = clocks.filter(met_at=None, dropped_at=None)
    return {
        "replied": RowsOf(replied_since(today, clocks)),
        "longest": RowsOf(waiting_longest(running)),
        "waiting": SizeOf(running),
        **handled_since(today, user),
    }


def clocks_of_journeys_seen_by(user: User) -> Q:
    reach = reach_of(user, "see", "journey")
    return Q() if reach == Reach.ALL else Q(journey__owner__in=owners_in_reach(user, reach))


def shared_parts(found: dict[str, Any], viewer: Viewer) -> dict[str, Any]:
    """Of the answers to `what_is_seen`: all of a pulse but the notices."""
    return {
        "replies": first_replies(found["replied"]),
        "waiting": [waiting_one(clock, viewer) for clock in found["longest"]],
        "waiting_count": found["waiting"],
        "handled": Handled(**{name: found[name] for name in ("messages", "call_backs", "moved", "set_aside")}),
    }


def start_of_today(viewer: Viewer) -> datetime:
    return viewer.local(viewer.now).replace(hour=0, minute=0, second=0, microsecond=0)


def replied_since(start: datetime, clocks: QuerySet[Clock]) -> QuerySet[Clock]:
    met = clocks.filter(met_at__gte=start)
    told = met.only("started_at", "met_at", "due_at").annotate(playbook=F("journey__playbook"))
    return told.order_by("-met_at")[:DOTS]


def first_replies(clocks: Sequence[Any]) -> FirstReplies:
    """Of clocks as `replied_since` reads them."""
    spans = [(took(clock, clock.met_at), took(clock, clock.due_at)) for clock in clocks]
    target = max((allowed for _, allowed in spans), default=None)
    return FirstReplies(
        median=timedelta(seconds=median(span.total_seconds() for span, _ in spans)) if spans else None,
        target=target,
        dots=[Dot(place=place_on_line(span, allowed), late=span > allowed) for span, allowed in spans],
    )


def took(clock: Any, until: datetime) -> timedelta:
    """Working time from the clock's start, as the playbook's calendar counts it."""
    try:
        return hours_of(document_at(clock.playbook).calendar).elapsed(clock.started_at, until)
    except (UnknownCalendar, NeverOpen):
        whole: timedelta = until - clock.started_at
        return whole


def place_on_line(span: timedelta, target: timedelta) -> float:
    share = span / target if target else 0.0
    if share <= 1:
        return round(share * TARGET_SHARE, 1)
    return round(min(TARGET_SHARE + (share - 1) / (WIDEST - 1) * (100 - TARGET_SHARE), 99), 1)


def waiting_longest(running: QuerySet[Clock]) -> QuerySet[Clock]:
    """The first few, with all that a line of the list says."""
    told = running.annotate(
        contact=F("journey__contact"),
        name=F("journey__contact__name"),
        context=F("journey__context"),
        point=point_of("journey__contact"),
    )
    return told.order_by("due_at")[:WAITING_SHOWN]


def waiting_one(clock: Any, viewer: Viewer) -> Waiting:
    """Of a clock as `waiting_longest` reads it."""
    contact = Contact(pk=clock.contact, name=clock.name)
    hold_point(contact, clock.point)
    _, way = way_of(clock.context.get("kind", ""), clock.context.get("channel", ""))
    return Waiting(name=called(contact, viewer.region), way=way, contact_id=clock.contact, clock=clock)


def handled_since(start: datetime, user: User) -> dict[str, Any]:
    """Counted from the log: what rules did. What one did on an act that was taken back was taken back with it."""
    undone = Act.objects.filter(journey=OuterRef("journey_id"), at=OuterRef("at"), undone_at__isnull=False)
    done = Event.objects.filter(~Exists(undone), at__gte=start)
    if not sees_all(user):
        seen: QuerySet[Journey] = Journey.objects.visible_to(user)
        done = done.filter(Exists(seen.filter(pk=OuterRef("journey_id"))))
    return {
        "messages": SizeOf(done.filter(key="message.handed_over", by=None)),
        "call_backs": SizeOf(done.filter(key="call.missed")),
        "moved": SizeOf(done.filter(key="owner.assigned", by=None).exclude(payload__left="")),
        "set_aside": SizeOf(
            Signal.objects.visible_to(user).filter(state=SignalState.SET_ASIDE, settled_by=None, received_at__gte=start)
        ),
    }
