"""The pulse of the day: how fast we answer, who waits, what was handled by itself, what we were told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Window, prefetch_related_objects

from trellis.core.business_time import NeverOpen
from trellis.desk.queries.names import called, way_of
from trellis.events.models import Event
from trellis.journeys.models import Act, Clock
from trellis.journeys.publish import document_of
from trellis.team.models import Notice, User
from trellis.team.queries import UnknownCalendar, hours_of
from trellis.web.times import Viewer

# The dots of the day: the target stands at this share of the width, and six times the target at its end.
TARGET_SHARE = 57
WIDEST = 6
DOTS = 200
WAITING_SHOWN = 4
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
    clock: Clock


@dataclass(frozen=True, kw_only=True)
class Handled:
    """What was done today without anybody."""

    messages: int
    call_backs: int
    moved: int

    @property
    def is_nothing(self) -> bool:
        return not (self.messages or self.call_backs or self.moved)


@dataclass(frozen=True, kw_only=True)
class Pulse:
    replies: FirstReplies
    waiting: list[Waiting]
    waiting_count: int
    handled: Handled
    notices: list[Notice]


def pulse_for(user: User, viewer: Viewer) -> Pulse:
    """Five queries."""
    running = Clock.objects.filter(kind="first_response", met_at=None, dropped_at=None)
    waiting, waiting_count = waiting_longest(running, viewer)
    return Pulse(
        replies=first_replies(viewer),
        waiting=waiting,
        waiting_count=waiting_count,
        handled=handled_today(viewer),
        notices=list(Notice.objects.filter(user=user, read_at=None).order_by("-created_at")[:NOTICES_SHOWN]),
    )


def start_of_today(viewer: Viewer) -> datetime:
    return viewer.local(viewer.now).replace(hour=0, minute=0, second=0, microsecond=0)


def first_replies(viewer: Viewer) -> FirstReplies:
    clocks = list(
        Clock.objects.filter(kind="first_response", met_at__gte=start_of_today(viewer))
        .select_related("journey__playbook")
        .only("started_at", "met_at", "due_at", "journey__playbook__key")
        .order_by("-met_at")[:DOTS]
    )
    spans = [(took(clock, clock.met_at), took(clock, clock.due_at)) for clock in clocks if clock.met_at]
    target = max((allowed for _, allowed in spans), default=None)
    return FirstReplies(
        median=timedelta(seconds=median(span.total_seconds() for span, _ in spans)) if spans else None,
        target=target,
        dots=[Dot(place=place_on_line(span, allowed), late=span > allowed) for span, allowed in spans],
    )


def took(clock: Clock, until: datetime) -> timedelta:
    """Working time from the clock's start, as the playbook's calendar counts it."""
    try:
        hours = hours_of(document_of(clock.journey.playbook).calendar)
        return hours.elapsed(clock.started_at, until)
    except (UnknownCalendar, NeverOpen):
        return until - clock.started_at


def place_on_line(span: timedelta, target: timedelta) -> float:
    share = span / target if target else 0.0
    if share <= 1:
        return round(share * TARGET_SHARE, 1)
    return round(min(TARGET_SHARE + (share - 1) / (WIDEST - 1) * (100 - TARGET_SHARE), 99), 1)


def waiting_longest(running: QuerySet[Clock], viewer: Viewer) -> tuple[list[Waiting], int]:
    """The first few, and how many there are in all."""
    found = running.select_related("journey__contact").only(
        "started_at", "due_at", "journey__context", "journey__contact__name"
    )
    found = found.annotate(in_all=Window(Count("*")))
    clocks = list(found.order_by("due_at")[:WAITING_SHOWN])
    contacts = [clock.journey.contact for clock in clocks]
    prefetch_related_objects([contact for contact in contacts if not contact.name], "points")
    longest = [
        Waiting(
            name=called(clock.journey.contact, viewer.region),
            way=way_of(clock.journey.context.get("kind", ""), clock.journey.context.get("channel", ""))[1],
            clock=clock,
        )
        for clock in clocks
    ]
    return longest, int(getattr(clocks[0], "in_all", 0)) if clocks else 0


def handled_today(viewer: Viewer) -> Handled:
    """Counted from the log: what rules did since midnight."""
    today = Event.objects.filter(
        at__gte=start_of_today(viewer), key__in=["message.queued", "call.missed", "owner.assigned"]
    )
    # What a rule did on an act that was taken back was taken back with it.
    undone = Act.objects.filter(journey=OuterRef("journey_id"), at=OuterRef("at"), undone_at__isnull=False)
    counted = today.filter(~Exists(undone)).aggregate(
        messages=Count("pk", filter=Q(key="message.queued")),
        call_backs=Count("pk", filter=Q(key="call.missed")),
        moved=Count("pk", filter=Q(key="owner.assigned", by=None) & ~Q(payload__left="")),
    )
    return Handled(**counted)
