"""What came in and where it ended."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.core.cache import cache
from django.db.models import Q

from trellis.desk.permissions import heard_by
from trellis.desk.queries.names import called, way_of
from trellis.desk.queries.open_journeys import read_cursor
from trellis.intake.models import Signal, SignalState
from trellis.intake.queries import counts, signals
from trellis.journeys.models import Journey
from trellis.team.models import User
from trellis.team.permissions import reach_of
from trellis.team.roles import Reach
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
    may_change: bool


@dataclass(frozen=True, kw_only=True)
class SignalList:
    rows: list[Row]
    counts: dict[str, int]
    after: str


def signal_list(*, user: User, state: str, after: str, viewer: Viewer) -> SignalList:
    """One page of what they see, the newest first. Three or four queries."""
    seen = signals(state=state if state in SignalState.values else "").visible_to(user)
    found = seen.prefetch_related("contact__points")
    if place := read_cursor(after):
        received, pk = place
        found = found.filter(Q(received_at__lt=received) | Q(pk__lt=pk), received_at__lte=received)
    page = list(found[: PAGE + 1])
    journeys = journeys_named({signal.journey_id for signal in page if signal.journey_id}, user)
    heard = heard_by(user, [signal.contact_id for signal in page if signal.contact_id])
    changeable = changeable_of(page, user)
    return SignalList(
        rows=[
            row_of(signal, journeys, viewer, words=is_heard(signal, heard, user), may_change=signal.pk in changeable)
            for signal in page[:PAGE]
        ],
        counts=signal_counts(viewer.now, user),
        after=f"{page[PAGE - 1].received_at.isoformat()}~{page[PAGE - 1].pk}" if len(page) > PAGE else "",
    )


def is_heard(signal: Signal, heard: Collection[UUID], user: User) -> bool:
    """What nobody is known to have said is read by whoever reads everything."""
    return signal.contact_id in heard if signal.contact_id else reads_everything(user)


def reads_everything(user: User) -> bool:
    return reach_of(user, "see", "conversation") == Reach.ALL


def changeable_of(page: Sequence[Signal], user: User) -> Collection[UUID]:
    """Those that they may take back in. A query only where that is some of them."""
    ids = [signal.pk for signal in page]
    reach = reach_of(user, "change", "signal")
    if reach in (Reach.NONE, Reach.ALL):
        return ids if reach else ()
    return set(Signal.objects.in_reach(user, "change").filter(pk__in=ids).values_list("pk", flat=True))


def signal_counts(at: datetime, user: User) -> dict[str, int]:
    """Where signals ended, in one query. Where there are many, those of earlier days are counted once a minute only."""
    if reach_of(user, "see", "signal") != Reach.ALL:
        return counts(Signal.objects.visible_to(user))
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


def journeys_named(ids: set[UUID], user: User) -> dict[UUID, Journey]:
    return Journey.objects.visible_to(user).select_related("stage", "owner", "next_task").in_bulk(ids)


def row_of(signal: Signal, journeys: dict[UUID, Journey], viewer: Viewer, *, words: bool, may_change: bool) -> Row:
    icon, way = way_of(signal.kind, signal.channel)
    return Row(
        signal=signal,
        icon=icon,
        way=way,
        name=called(signal.contact, viewer.region) if signal.contact else told_name(signal, viewer.region),
        words=told_words(signal) if words else "",
        may_change=may_change,
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
