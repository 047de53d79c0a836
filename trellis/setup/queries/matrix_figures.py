"""What the rules of a playbook have done of late, from what really happened. Nothing is said that was not counted."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import connection

from trellis.core.rows import read_columns
from trellis.events.models import Event
from trellis.journeys.models import Journey
from trellis.journeys.playbook.schema import Playbook as Document

WINDOW = timedelta(days=30)
A_DAY = timedelta(days=1)
MANY, KEPT_SECONDS = 5_000, 30
# They wrote, called or reached out again, or we spoke.
HEARD = ("message.received", "call.answered", "call.missed", "signal.captured")
# Of the messages that left, the newest so many are looked at.
MOST_SENT = 1_000
# Each part reads its newest rows along an index before it looks whose they are: left to itself, SQLite reads all.
MOST_TIMED = 1_000
_OPEN = """
    SELECT 'open', s.key, COUNT(*), 0 FROM journeys_stage s
    JOIN journeys_journey j ON j.stage_id = s.id AND j.status = 'open' WHERE s.playbook_key = %s GROUP BY s.key"""
_OF_CLOCKS = f"""
    SELECT k.kind, k.rule_id, COUNT(*), COUNT(*) FILTER (WHERE k.met_at <= k.due_at) FROM (
        SELECT kind, rule_id, journey_id, due_at, met_at FROM journeys_clock WHERE {{}} DESC LIMIT {MOST_TIMED}
    ) k JOIN journeys_journey j ON j.id = k.journey_id AND j.playbook_key = %s GROUP BY k.kind, k.rule_id"""
_ANSWERED = _OF_CLOCKS.format("kind = %s AND met_at >= %s ORDER BY met_at")
_LATE = [
    _OF_CLOCKS.format(f"kind = '{kind}' AND met_at IS NULL AND dropped_at IS NULL AND due_at < %s ORDER BY due_at")
    for kind in ("first_response", "reply", "stage")
]
COUNTED = " UNION ALL ".join([_OPEN, _ANSWERED, _ANSWERED, *_LATE])
SENT = f"""
    SELECT e.rule_id, e.journey_id, e.at, j.playbook_key, CASE WHEN j.id IS NOT NULL AND e.rule_id <> '' THEN (
        SELECT h.at FROM events_event h WHERE h.journey_id = e.journey_id AND h.at > e.at
        AND h.key IN ({", ".join(f"'{key}'" for key in HEARD)}) ORDER BY h.at LIMIT 1) END
    FROM (
        SELECT rule_id, journey_id, at FROM events_event WHERE key = 'message.handed_over' AND at >= %s
        ORDER BY at DESC LIMIT {MOST_SENT + 1}
    ) e LEFT JOIN journeys_journey j ON j.id = e.journey_id AND j.playbook_key = %s"""


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


# For whoever does not see every lead.
NO_FIGURES = Figures(open_now={}, on_time={}, late_now={}, sent={}, all_sent=True)


def figures_of(document: Document, at: datetime) -> Figures:
    """Two queries, whatever the number of rules; where many journeys are open, at most half a minute old."""
    place = f"setup.figures.{document.key}"
    kept: Figures | None = cache.get(place)
    if kept is not None:
        return kept
    open_now, on_time, late_now = counted(document.key, at)
    sent, all_sent = messages_sent(document, at)
    found = Figures(open_now=open_now, on_time=on_time, late_now=late_now, sent=dict(sent), all_sent=all_sent)
    if sum(open_now.values()) > MANY:
        cache.set(place, found, KEPT_SECONDS)
    return found


def counted(key: str, at: datetime) -> tuple[dict[str, int], dict[str, OnTime], dict[str, int]]:
    """Open journeys by stage; of replies by rule how many were on time; stage limits passed now. One query for all."""
    since, now = (connection.ops.adapt_datetimefield_value(moment) for moment in (at - WINDOW, at))
    answered = [given for kind in ("first_response", "reply") for given in (kind, since, key)]
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, [key, *answered, *([now, key] * len(_LATE))])
        rows = cursor.fetchall()
    open_now: dict[str, int] = {}
    late_now: dict[str, int] = {}
    replies: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for kind, name, count, kept in rows:
        match kind:
            case "open":
                open_now[name] = count
            case "stage":
                late_now[name] = count
            case _:
                replies[name][0] += count
                replies[name][1] += kept
    return open_now, {name: OnTime(*both) for name, both in replies.items()}, late_now


def messages_sent(document: Document, at: datetime) -> tuple[dict[str, Sent], bool]:
    """What rules sent in the window, and whether that is all of it. One query."""
    since = connection.ops.adapt_datetimefield_value(at - WINDOW)
    moment, *others = (Event._meta.get_field(name) for name in ("at", "rule_id", "journey_id"))
    fields = [*others, moment, Journey._meta.get_field("playbook_key"), moment]
    rows = read_columns(SENT, [since, document.key], fields)
    sent: dict[str, Sent] = defaultdict(Sent)
    for rule_id, journey_id, sent_at, playbook, heard_at in rows[:MOST_SENT]:
        if rule_id and playbook:
            of_rule = sent[rule_id]
            of_rule.times += 1
            of_rule.answered += heard_at is not None and heard_at - sent_at <= A_DAY
            of_rule.journeys.add(journey_id)
            if heard_at is not None:
                of_rule.came_back.add(journey_id)
    return sent, len(rows) <= MOST_SENT
