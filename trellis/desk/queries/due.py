"""The spans in which journeys are due, and how many are due in each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.db.models import Case, CharField, Count, Expression, QuerySet, Value, When

from trellis.core.questions import SizeOf, ask_together
from trellis.desk.permissions import shared_as
from trellis.desk.queries.filtering import JourneyFilter
from trellis.desk.queries.open_journeys import open_journeys
from trellis.journeys.models import Journey
from trellis.team.models import User
from trellis.web.times import HOUR, Viewer

# The spans that are counted beside "Mine" and "Team".
SOON = ("overdue", "hour", "today")
# Where so many are due, those that a filter lets through are counted at most this often, by a tag even less.
MANY = 5_000
KEPT_SECONDS, TAGGED_KEPT_SECONDS = 10, 60
EVERYBODY = Value("", output_field=CharField())


@dataclass(kw_only=True)
class Group[Row]:
    """The part of the queue that is due within one span."""

    key: str
    title: str
    until: datetime | None
    count: int | None = None
    rows: list[Row] = field(default_factory=list)


def spans(viewer: Viewer) -> list[Group[Any]]:
    """Overdue, the next hour, the rest of today and tomorrow in the viewer's zone, and what is later."""
    midnight = datetime.combine(viewer.today + timedelta(days=1), time(), viewer.zone)
    next_midnight = datetime.combine(viewer.today + timedelta(days=2), time(), viewer.zone)
    return [
        Group(key="overdue", title="Overdue", until=viewer.now),
        Group(key="hour", title="Due in the next hour", until=min(viewer.now + HOUR, midnight)),
        Group(key="today", title="Later today", until=midnight),
        Group(key="tomorrow", title="Tomorrow", until=next_midnight),
        Group(key="later", title="Later", until=None),
    ]


def group_for[Row](groups: Sequence[Group[Row]], due: datetime | None) -> Group[Row]:
    return next((group for group in groups if due and group.until and due <= group.until), groups[-1])


def count_due(user: User, groups: Sequence[Group[Any]], only: JourneyFilter) -> dict[str, int]:
    """How many are due in each span that ends, for the user and for everybody: `overdue_mine`, `overdue_team`. One
    query, along indexes; what a filter lets through of many is at most ten seconds old, of a tag a minute.
    """
    if not only.is_on:
        return count_along_queues(user, groups)
    asked = [str(user.pk), shared_as(user), str(only.viewer.today), only.query]
    key = f"desk.due.{sha256('~'.join(asked).encode()).hexdigest()}"
    counts: dict[str, int] | None = cache.get(key)
    if counts is None:
        counts, due = count_let_through(user, groups, only)
        if due > MANY:
            cache.set(key, counts, KEPT_SECONDS if only.tag is None else TAGGED_KEPT_SECONDS)
    return counts


def count_along_queues(user: User, groups: Sequence[Group[Any]]) -> dict[str, int]:
    counts: dict[str, Any] = {}
    since: datetime | None = None
    for group in groups[:-1]:
        due = open_journeys(user).filter(due_at__lte=group.until)
        due = due.filter(due_at__gt=since) if since else due
        counts[f"{group.key}_team"] = SizeOf(due)
        counts[f"{group.key}_mine"] = SizeOf(due.filter(owner=user))
        since = group.until
    return ask_together(user, **counts)


def count_let_through(user: User, groups: Sequence[Group[Any]], only: JourneyFilter) -> tuple[dict[str, int], int]:
    """Those counts, each journey looked at once; and how many are due whether it lets them through or not."""
    ending = groups[:-1]
    due = open_journeys(user).filter(due_at__lte=ending[-1].until).order_by()
    span = Case(*(When(due_at__lte=group.until, then=Value(group.key)) for group in ending), output_field=CharField())
    whose = Case(When(owner=user, then=Value("mine")), default=Value("others"), output_field=CharField())
    let_through = counted_by(only.narrow(due, in_order=True), span, whose)
    counts = dict.fromkeys((f"{group.key}_{who}" for group in ending for who in ("mine", "team")), 0)
    looked_at = 0
    for key, who, number in let_through.union(counted_by(due, EVERYBODY, EVERYBODY), all=True):
        if not key:
            looked_at = number
        else:
            counts[f"{key}_team"] += number
            counts[f"{key}_mine"] += number if who == "mine" else 0
    return counts, looked_at


def counted_by(journeys: QuerySet[Journey], span: Expression, whose: Expression) -> QuerySet[Any, Any]:
    rows = journeys.annotate(span=span, whose=whose).values("span", "whose").annotate(number=Count("*"))
    return rows.values_list("span", "whose", "number")


def due_today(user: User, viewer: Viewer) -> QuerySet[Journey]:
    """What the user owes before the day ends."""
    midnight = datetime.combine(viewer.today + timedelta(days=1), time(), viewer.zone)
    return open_journeys(user).filter(owner=user, due_at__lte=midnight)
