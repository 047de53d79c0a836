"""What machines answer to our mail. Kept and shown, but nobody spoke: no journey starts or moves."""

from datetime import datetime

from trellis.conversations.models import Message
from trellis.conversations.outcomes import mark_failed
from trellis.conversations.queries import message_sent_to
from trellis.intake.actions import Settlement
from trellis.intake.models import SignalState
from trellis.journeys.models import Journey
from trellis.people.actions import mark_unreachable
from trellis.people.identity import normalize_email
from trellis.people.models import PointKind
from trellis.people.queries import contacts_at
from trellis.steps.capture.actions.into_journeys import aside, joined
from trellis.steps.capture.actions.letters import Letter, keep
from trellis.steps.capture.queries import journey_to_join

AUTOMATIC = "Automatic reply"
REPORT = "Delivery report: {reason}"


def hear_automatic_reply(letter: Letter, answered: Message | None, at: datetime) -> Settlement:
    """Out of office and the like (RFC 3834): into the conversation of somebody we know, else aside."""
    known = contacts_at(letter.point_kind, letter.sender) if letter.sender else []
    contact = answered.contact if answered else next(iter(known), None)
    if contact is None:
        return aside(AUTOMATIC)
    journey = _journey_of(answered) or journey_to_join(contact)
    keep(letter, contact, journey, is_turn=False, at=at)
    return joined(contact, journey, AUTOMATIC) if journey else aside(AUTOMATIC, contact)


def hear_bounce(letter: Letter, at: datetime) -> Settlement:
    """Mail of ours did not arrive: the message failed, and its address is marked."""
    report = letter.bounce or {}
    address, reason = normalize_email(str(report.get("address") or "")), str(report.get("reason") or "not delivered")
    failed = letter.answers() or (message_sent_to(address) if address else None)
    if failed:
        mark_failed(failed, reason=reason, at=at)
    if address or failed:
        mark_unreachable(kind=PointKind.EMAIL, value=address or (failed.recipient if failed else ""), at=at)
    return Settlement(
        state=SignalState.SET_ASIDE,
        reason=REPORT.format(reason=" ".join(reason.split()))[:200],
        contact_id=failed.contact_id if failed else None,
        journey_id=failed.journey_id if failed else None,
    )


def _journey_of(answered: Message | None) -> Journey | None:
    return Journey.objects.filter(pk=answered.journey_id).first() if answered and answered.journey_id else None
