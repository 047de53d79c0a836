"""What the spine does when it hears a fact: it lets the engine decide."""

from trellis.events.actions import Announcement, subscribe
from trellis.events.catalogue import (
    CallAnswered,
    CallMissed,
    CallTried,
    ConsentWithdrawn,
    MessageDelivered,
    MessageFailed,
    MessageHandedOver,
    MessageInDoubt,
    MessageReceived,
)
from trellis.journeys.apply import Tell, apply
from trellis.journeys.models import Journey

OF_A_JOURNEY = (
    MessageReceived,
    MessageHandedOver,
    MessageDelivered,
    MessageFailed,
    MessageInDoubt,
    CallAnswered,
    CallMissed,
    CallTried,
)


def subscribe_all() -> None:
    for fact in OF_A_JOURNEY:
        subscribe(fact, follow)
    subscribe(ConsentWithdrawn, follow_everywhere)


def follow(heard: list[Announcement]) -> None:
    """Apply facts that name their journey."""
    tells = [
        Tell(journey_id=told.journey_id, fact=told.fact, by=told.by, event_id=told.id)
        for told in heard
        if told.journey_id
    ]
    if tells:
        apply(tells, at=heard[0].at)


def follow_everywhere(heard: list[Announcement]) -> None:
    """Apply a fact about a contact to each of their journeys that still walks."""
    for told in heard:
        walking = Journey.objects.exclude(status="closed").filter(contact=told.contact_id).values_list("pk", flat=True)
        if tells := [Tell(journey_id=pk, fact=told.fact, by=told.by, event_id=told.id) for pk in walking]:
            apply(tells, at=told.at)
