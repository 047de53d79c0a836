"""Questions about what came in."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, QuerySet

from trellis.core.rows import read_columns
from trellis.intake.models import Signal, SignalQuerySet

NEWEST_OF_ORIGIN = """
    SELECT * FROM (
        SELECT id, origin, received_at FROM intake_signal
        WHERE origin = %s AND received_at > %s AND received_at <= %s
        ORDER BY received_at DESC LIMIT {}
    ) AS newest"""
_id: Any = Signal._meta.get_field("id")
_origin: Any = Signal._meta.get_field("origin")
_received_at: Any = Signal._meta.get_field("received_at")


def counts(of: QuerySet[Signal] | None = None, *, since: datetime | None = None) -> dict[str, int]:
    """How many came in and where they ended: attached + joined + set_aside + waiting = received, in one read."""
    seen = Signal.objects.all() if of is None else of
    came_in = seen.filter(received_at__gte=since) if since else seen
    told = dict(came_in.order_by().values_list("state").annotate(times=Count("*")))
    ended = {name: told.get(name, 0) for name in ("attached", "joined", "set_aside", "waiting")}
    return {"received": sum(ended.values()), **ended}


def arrivals_before(signals: Sequence[Signal], *, within: timedelta, most: int) -> list[list[datetime]]:
    """For each signal when others of its origin came in so shortly before it, at most `most`, the newest first.

    One query for all of them, which reads a few rows of each origin, however many there are.
    """
    origins = {signal.origin for signal in signals if signal.origin}
    if not origins:
        return [[] for _ in signals]
    times = [signal.received_at for signal in signals]
    span = [_received_at.get_db_prep_value(at, connection) for at in (min(times) - within, max(times))]
    sql = " UNION ALL ".join([NEWEST_OF_ORIGIN.format(most + len(signals))] * len(origins))
    found = read_columns(sql, [part for origin in origins for part in (origin, *span)], [_id, _origin, _received_at])
    return [[at for pk, origin, at in found if _is_before(signal, pk, origin, at, within)][:most] for signal in signals]


def _is_before(signal: Signal, pk: UUID, origin: str, at: datetime, within: timedelta) -> bool:
    others = origin == signal.origin and pk != signal.pk
    return others and signal.received_at - within < at <= signal.received_at


def written_down_by(people: Collection[UUID]) -> QuerySet[Signal]:
    """The signals of contacts whom these people of ours wrote down."""
    return Signal.objects.filter(added_by__in=people, added_by__isnull=False, contact__isnull=False)


def signals(*, state: str = "") -> SignalQuerySet:
    """What came in with the people it belongs to, the newest first."""
    found: SignalQuerySet = Signal.objects.select_related("contact", "settled_by", "restored_by").order_by(
        "-received_at", "-id"
    )
    return found.filter(state=state) if state else found
