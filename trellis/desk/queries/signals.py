"""What came in and where it ended."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.core.cache import cache
from django.db.models import Q

from trellis.desk.queries.names import called, way_of
from trellis.desk.queries.today import read_cursor
from trellis.intake.models import Signal, SignalState
from trellis.intake.queries import counts, signals
from trellis.journeys.models import Journey
from trellis.web.phones import say_phone
from trellis.web.times import Viewer

PAGE = 50
# Counting a million rows takes longer than a page may.
MANY = 20_000
KEPT_SECONDS = 60
KEY = "desk.signal-counts"
ENDED = {
    SignalState.ATTACHED: "Started a lead",
    SignalState.JOINED: "Joined a lead",
    SignalState.SET_ASIDE: "Set aside",
    SignalState.WAITING: "Waiting to be understood",
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One signal, and the journey it belongs to now."""

    signal: Signal
    icon: str
    way: str
    name: str
    words: str
    ended: str
    journey: Journey | None


@dataclass(frozen=True, kw_only=True)
class SignalList:
    rows: list[Row]
    counts: dict[str, int]
    after: str


def signal_list(*, state: str, after: str, viewer: Viewer) -> SignalList:
    """One page, the newest first. Three or four queries."""
    found = signals(state=state if state in SignalState.values else "").prefetch_related("contact__points")
    if place := read_cursor(after):
        received, pk = place
        found = found.filter(Q(received_at__lt=received) | Q(pk__lt=pk), received_at__lte=received)
    page = list(found[: PAGE + 1])
    journeys = journeys_named({signal.journey_id for signal in page if signal.journey_id})
    return SignalList(
        rows=[row_of(signal, journeys, viewer) for signal in page[:PAGE]],
        counts=signal_counts(viewer.now),
        after=f"{page[PAGE - 1].received_at.isoformat()}~{page[PAGE - 1].pk}" if len(page) > PAGE else "",
    )


def signal_counts(at: datetime) -> dict[str, int]:
    """Where signals ended, in one query. Where there are many, those of earlier days are counted once a minute only."""
    midnight = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    key = f"{KEY}.{midnight.date()}"
    earlier: dict[str, int] | None = cache.get(key)
    if earlier is not None:
        return {name: count + earlier[name] for name, count in counts(since=midnight).items()}
    found = counts()
    if found["received"] > MANY:
        today = counts(since=midnight)
        cache.set(key, {name: count - today[name] for name, count in found.items()}, KEPT_SECONDS)
    return found


def forget_counts(at: datetime) -> None:
    """Something became of a signal of an earlier day."""
    cache.delete(f"{KEY}.{at.astimezone(UTC).date()}")


def journeys_named(ids: set[UUID]) -> dict[UUID, Journey]:
    return Journey.objects.select_related("stage", "owner", "next_task").in_bulk(ids)


def row_of(signal: Signal, journeys: dict[UUID, Journey], viewer: Viewer) -> Row:
    icon, way = way_of(signal.kind, signal.channel)
    return Row(
        signal=signal,
        icon=icon,
        way=way,
        name=called(signal.contact, viewer.region) if signal.contact else told_name(signal, viewer.region),
        words=told_words(signal),
        ended=ENDED[SignalState(signal.state)],
        journey=journeys.get(signal.journey_id) if signal.journey_id else None,
    )


def told_name(signal: Signal, region: str) -> str:
    """Who they say they are, for a signal that belongs to nobody."""
    payload = signal.payload
    for key in ("name", "email", "phone", "from", "From", "sender"):
        if value := str(payload.get(key) or "").strip():
            return say_phone(value, region) if key in ("phone", "From") else value[:80]
    return "Nobody named"


def told_words(signal: Signal) -> str:
    for key in ("message", "words", "text", "Body", "body", "subject"):
        if value := " ".join(str(signal.payload.get(key) or "").split()):
            return value[:300]
    return ""
