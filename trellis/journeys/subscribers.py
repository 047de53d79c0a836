"""What the spine does when it hears a fact: it lets the engine decide."""

import logging

from trellis.events.actions import Announcement, subscribe
from trellis.events.catalogue import (
    CallAnswered,
    CallMissed,
    CallTried,
    ConsentWithdrawn,
    Fact,
    MessageDelivered,
    MessageFailed,
    MessageHandedOver,
    MessageInDoubt,
    MessageReceived,
)
from trellis.journeys.apply import Tell, apply, apply_or_report
from trellis.journeys.models import Journey

FROM_THEM_OR_A_CALL: tuple[type[Fact], ...] = (MessageReceived, CallAnswered, CallMissed, CallTried)
FROM_THE_LEDGER: tuple[type[Fact], ...] = (MessageHandedOver, MessageDelivered, MessageFailed, MessageInDoubt)

log = logging.getLogger(__name__)


def subscribe_all() -> None:
    for fact in FROM_THEM_OR_A_CALL:
        subscribe(fact, follow)
    for fact in FROM_THE_LEDGER:
        subscribe(fact, follow_ledger)
    subscribe(ConsentWithdrawn, follow_everywhere)


def follow(heard: list[Announcement]) -> None:
    """Apply facts that name their journey. What fails undoes the caller's transaction: the signal is tried again."""
    if tells := tells_of(heard):
        for failure in apply(tells, at=heard[0].at):
            raise RuntimeError(failure.error)


def follow_ledger(heard: list[Announcement]) -> None:
    """What became of a message stays written even if deciding on it fails: undoing it could send it twice."""
    for failure in apply_or_report(tells_of(heard), heard[0].at):
        log.error("journey %s: %s not decided on: %s", failure.tell.journey_id, failure.tell.fact.key, failure.error)


def tells_of(heard: list[Announcement]) -> list[Tell]:
    return [
        Tell(journey_id=told.journey_id, fact=told.fact, by=told.by, event_id=told.id)
        for told in heard
        if told.journey_id
    ]


def follow_everywhere(heard: list[Announcement]) -> None:
    """Apply a fact about a contact to each of their journeys that still walks."""
    for told in heard:
        walking = Journey.objects.exclude(status="closed").filter(contact=told.contact_id).values_list("pk", flat=True)
        tells = [Tell(journey_id=pk, fact=told.fact, by=told.by, event_id=told.id) for pk in walking]
        for failure in apply_or_report(tells, told.at):
            raise RuntimeError(failure.error)
