"""Handovers as rows: those of one batch, and what a state says of them."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from trellis.core.rows import find_rows, insert_rows
from trellis.journeys.engine import effects as e
from trellis.journeys.engine.offers import ACCEPT
from trellis.journeys.engine.state import Offer, TaskState
from trellis.journeys.models import ON_OFFER, Handover, Journey

ENDS = {"accepted": "accepted_at", "declined": "declined_at", "lapsed": "lapsed_at", "withdrawn": "withdrawn_at"}


class Handovers:
    """What one batch does to handovers. What ends is written first: a journey is offered to one at a time."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.begun: list[Handover] = []
        self.on_offer: dict[UUID, Handover] = {}
        self.ended: list[tuple[UUID, str, str]] = []

    def offer(self, journey: Journey, effect: e.OfferHandover) -> None:
        assert journey.owner_id, "whoever offers it has it"
        handover = Handover(
            journey=journey,
            giver_id=journey.owner_id,
            taker_id=UUID(effect.taker),
            offered_at=self.at,
            due_at=effect.due_at,
            by_hand=effect.by_hand,
        )
        self.begun.append(handover)
        self.on_offer[journey.pk] = handover

    def end(self, journey: Journey, effect: e.EndHandover) -> None:
        reason = effect.why[:240] if effect.how in ("declined", "withdrawn") else ""
        if handover := self.on_offer.pop(journey.pk, None):
            setattr(handover, ENDS[effect.how], self.at)
            handover.reason = reason
        else:
            self.ended.append((journey.pk, ENDS[effect.how], reason))

    def write(self) -> None:
        for journey, field, reason in self.ended:
            Handover.objects.filter(ON_OFFER, journey=journey).update(**{field: self.at, "reason": reason})
        insert_rows(self.begun)


def offers_of(journeys: dict[UUID, Journey], tasks: dict[UUID, list[TaskState]]) -> dict[UUID, Offer]:
    """What is on offer, with all who were asked since the stage was entered. Read where a step to accept is open."""
    handovers = find_rows(Handover, journey=waiting_to_be_accepted(tasks), order_by=("offered_at", "id"))
    asked: dict[UUID, list[str]] = defaultdict(list)
    found: dict[UUID, Offer] = {}
    for handover in handovers:
        if handover.offered_at >= journeys[handover.journey_id].stage_entered_at:
            asked[handover.journey_id].append(str(handover.taker_id))
        if is_on_offer(handover):
            found[handover.journey_id] = Offer(
                taker=str(handover.taker_id),
                due_at=handover.due_at,
                asked=tuple(dict.fromkeys(asked[handover.journey_id])),
                by_hand=handover.by_hand,
            )
    return found


def waiting_to_be_accepted(tasks: dict[UUID, list[TaskState]]) -> Collection[UUID]:
    return [pk for pk, open_tasks in tasks.items() if any(task.rule_id == ACCEPT for task in open_tasks)]


def is_on_offer(handover: Handover) -> bool:
    return not any(getattr(handover, field) for field in ENDS.values())
