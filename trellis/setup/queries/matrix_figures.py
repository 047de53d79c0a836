"""What the rules of a playbook have done of late, from what really happened. Nothing is said that was not counted."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Value

from trellis.core.literal import Literal
from trellis.events.models import Event
from trellis.journeys.models import Clock, Journey, JourneyStatus
from trellis.journeys.playbook.schema import Playbook as Document

WINDOW = timedelta(days=30)
A_DAY = timedelta(days=1)
# Of the messages that rules sent, the newest so many are looked at.
MOST_SENT = 2_000
COLUMNS = ("what", "name", "count", "kept")
# They wrote, called or reached out again, or we spoke.
HEARD = ("message.received", "call.answered", "call.missed", "signal.captured")


@dataclass(frozen=True)
class OnTime:
    """A promise: how often it was timed, and how often kept."""

    timed: int
    kept: int

    @property
    def percent(self) -> int:
        """Rounded down: what was late once is not all on time."""
        return 100 * self.kept // self.timed


@dataclass
class Sent:
    """What one rule sent, and what came of it. `answered` within a day, `came_back` at any time after."""

    times: int = 0
    answered: int = 0
    journeys: set[object] = field(default_factory=set)
    came_back: set[object] = field(default_factory=set)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """`open_now` by the key of a stage, the others by the id of a rule; `late_now` counts stage limits passed."""

    open_now: dict[str, int]
    on_time: dict[str, OnTime]
    late_now: dict[str, int]
    sent: dict[str, Sent]
    all_sent: bool


def figures_of(document: Document, at: datetime) -> Figures:
    """Two queries, whatever the number of rules."""
    open_now, on_time, late_now = counted(document.key, at)
    sent, all_sent = messages_sent(document, at)
    return Figures(open_now=open_now, on_time=on_time, late_now=late_now, sent=sent, all_sent=all_sent)


def counted(key: str, at: datetime) -> tuple[dict[str, int], dict[str, OnTime], dict[str, int]]:
    """Open journeys by stage; of replies by rule how many were on time; stage limits passed now. One query for all."""
    answered = Q(kind__in=("first_response", "reply"), met_at__gte=at - WINDOW)
    overdue = Q(met_at=None, dropped_at=None, due_at__lt=at)
    clocks = (
        Clock.objects.filter(answered | overdue, journey__playbook_key=key)
        .values(what=F("kind"), name=F("rule_id"))
        .annotate(count=Count("*"), kept=Count("pk", filter=Q(met_at__lte=F("due_at"))))
    )
    walking = (
        Journey.objects.filter(status=Literal(JourneyStatus.OPEN), stage__playbook_key=key)
        .values(what=Value("open"), name=F("stage__key"))
        .annotate(count=Count("*"), kept=Value(0))
    )
    open_now, on_time, late_now = {}, {}, {}
    for kind, name, count, kept in walking.order_by().union(clocks.order_by(), all=True).values_list(*COLUMNS):
        match kind:
            case "open":
                open_now[name] = count
            case "stage":
                late_now[name] = count
            case _:
                on_time[name] = OnTime(count, kept)
    return open_now, on_time, late_now


def messages_sent(document: Document, at: datetime) -> tuple[dict[str, Sent], bool]:
    """What rules sent in the window, and whether that is all of it. One query."""
    rules = [id for id, place in document.places.items() if getattr(place.rule, "send", None)]
    heard = Event.objects.filter(journey_id=OuterRef("journey_id"), key__in=HEARD, at__gt=OuterRef("at"))
    events = Event.objects.filter(
        Exists(Journey.objects.filter(pk=OuterRef("journey_id"), playbook_key=document.key)),
        key="message.handed_over",
        at__gte=at - WINDOW,
        rule_id__in=rules,
    )
    found = events.annotate(heard_at=Subquery(heard.order_by("at").values("at")[:1])).order_by("-at")
    rows = list(found.values_list("rule_id", "journey_id", "at", "heard_at")[: MOST_SENT + 1])
    sent: dict[str, Sent] = defaultdict(Sent)
    for rule_id, journey_id, sent_at, heard_at in rows[:MOST_SENT]:
        of_rule = sent[rule_id]
        of_rule.times += 1
        of_rule.answered += heard_at is not None and heard_at - sent_at <= A_DAY
        of_rule.journeys.add(journey_id)
        if heard_at is not None:
            of_rule.came_back.add(journey_id)
    return sent, len(rows) <= MOST_SENT
