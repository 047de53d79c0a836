"""What stands around a lead on its page: those before and after it in the queue, and why it is there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery

from trellis.core.questions import RowsOf
from trellis.desk.queries.open_journeys import open_journeys
from trellis.journeys.models import Decision, Journey, JourneyStatus
from trellis.team.models import User

DECISIONS = 12


@dataclass(frozen=True, kw_only=True)
class Neighbor:
    """A lead beside another one in the queue."""

    journey_id: UUID
    contact_id: UUID


@dataclass(frozen=True, kw_only=True)
class Around:
    """`decisions`, what the engine did and did not do, the newest first, is None where nobody asked."""

    before: Neighbor | None
    after: Neighbor | None
    decisions: Sequence[Decision] | None


def around(journey: Journey, user: User, *, mine: bool, why: bool) -> Around:
    """One query, or none where there is nothing to ask: a lead that is not open has no place in the queue."""
    wanted = (beside(journey, user, mine=mine) if is_in_queue(journey) else {}) | (decisions() if why else {})
    found: Any = Journey.objects.filter(pk=journey.pk).values(**wanted).get() if wanted else {}
    return Around(before=neighbor_in(found, "before"), after=neighbor_in(found, "after"), decisions=found.get("told"))


def is_in_queue(journey: Journey) -> bool:
    return journey.status == JourneyStatus.OPEN and journey.due_at is not None


def beside(journey: Journey, user: User, *, mine: bool) -> dict[str, Any]:
    queue = open_journeys(user).filter(owner=user) if mine else open_journeys(user)
    due, pk = journey.due_at, journey.pk
    sides = {
        "before": queue.filter(Q(due_at__lt=due) | Q(pk__lt=pk), due_at__lte=due).order_by("-due_at", "-pk"),
        "after": queue.filter(Q(due_at__gt=due) | Q(pk__gt=pk), due_at__gte=due).order_by("due_at", "pk"),
    }
    return {
        f"{side}_{column}": Subquery(found.values(column)[:1])
        for side, found in sides.items()
        for column in ("pk", "contact_id")
    }


def decisions() -> dict[str, Any]:
    return {"told": RowsOf(Decision.objects.filter(journey=OuterRef("pk")).order_by("-at", "-id")[:DECISIONS])}


def neighbor_in(found: dict[str, Any], side: str) -> Neighbor | None:
    ids = [found.get(f"{side}_pk"), found.get(f"{side}_contact_id")]
    # SQLite gives the ids of a subquery as text.
    return Neighbor(journey_id=UUID(str(ids[0])), contact_id=UUID(str(ids[1]))) if all(ids) else None
