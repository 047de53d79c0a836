"""The numbers in the navigation that are the same for everybody: asked together, as they stand on every page."""

from typing import Any, cast

from django.db.models import Case, Count, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan

from trellis.core.memory import keep
from trellis.desk.queries.inbox import owed_replies
from trellis.intake.models import Signal, SignalState
from trellis.team.models import Business

# Some people have two open journeys; where more wait than this, nobody notices that they are counted twice.
FEW = 1_000


def badges() -> dict[str, int]:
    """`owed`: people who wait for a word from us; `waiting`: signals to be understood. At most two seconds old."""
    return keep("desk.badges", count_badges)


def count_badges() -> dict[str, int]:
    """One query."""
    promises = size_of(owed_replies(), Count("*"))
    people = size_of(owed_replies(), Count("journey__contact", distinct=True))
    found = Business.objects.values(
        owed=Case(When(GreaterThan(promises, FEW), then=promises), default=people),
        waiting=size_of(Signal.objects.filter(state=SignalState.WAITING), Count("*")),
    )
    return cast(dict[str, int], found.first() or {"owed": 0, "waiting": 0})


def size_of(rows: QuerySet[Any], size: Count) -> Coalesce:
    return Coalesce(
        Subquery(rows.order_by().annotate(all=Value(1)).values("all").annotate(size=size).values("size")), 0
    )
