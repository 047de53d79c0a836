"""The last step of understanding a signal: the journey that it starts, joins or reopens."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from trellis.events.catalogue import SignalCaptured
from trellis.intake.actions import Settlement
from trellis.intake.models import Signal, SignalState
from trellis.journeys.capturing import Capture, Captured, capture_all
from trellis.journeys.models import Journey
from trellis.people.models import Contact

WORDS_LIMIT = 20_000


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What a signal says, whichever door it came through."""

    playbook: str
    title: str = ""
    words: str = ""
    page: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    context: dict[str, Any] = field(default_factory=dict)


def into_journey(signal: Signal, contact: Contact, meaning: Meaning, *, at: datetime) -> Captured:
    """Start, join or reopen the journey that this belongs to."""
    return into_journeys([(signal, contact, meaning)], at=at)[0]


def into_journeys(understood: Sequence[tuple[Signal, Contact, Meaning]], *, at: datetime) -> list[Captured]:
    return capture_all([_capture(*one) for one in understood], at=at)


def _capture(signal: Signal, contact: Contact, meaning: Meaning) -> Capture:
    fact = SignalCaptured(
        signal_id=str(signal.pk),
        kind=signal.kind,
        channel=signal.channel,
        source=signal.source,
        words=meaning.words[:WORDS_LIMIT],
        page=meaning.page,
        answers=meaning.answers or None,
    )
    context = {name: value for name, value in meaning.context.items() if value}
    return Capture(
        contact=contact,
        fact=fact,
        playbook=meaning.playbook,
        title=meaning.title,
        context=context,
        by=signal.let_in_by,
    )


def settled(captured: Captured) -> Settlement:
    return Settlement(
        state=SignalState.ATTACHED if captured.started else SignalState.JOINED,
        contact_id=captured.journey.contact_id,
        journey_id=captured.journey.pk,
    )


def joined(contact: Contact, journey: Journey, reason: str = "") -> Settlement:
    return Settlement(state=SignalState.JOINED, contact_id=contact.pk, journey_id=journey.pk, reason=reason)


def aside(reason: str, contact: Contact | None = None) -> Settlement:
    return Settlement(state=SignalState.SET_ASIDE, reason=reason, contact_id=contact.pk if contact else None)
