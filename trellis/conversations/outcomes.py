"""What became of a message that was on its way out. Every turn is guarded by the state it starts from.

So evidence may arrive in any order and from any side (our own call, a look-up, a status callback, a bounce), and each
turn is made and announced once.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from trellis.conversations.models import Message, MessageState
from trellis.events.actions import Announcement, announce
from trellis.events.catalogue import Fact, MessageDelivered, MessageFailed, MessageHandedOver, MessageInDoubt

ON_ITS_WAY = (MessageState.SENDING, MessageState.IN_DOUBT)


def mark_handed_over(message: Message, *, provider_id: str = "", at: datetime) -> bool:
    """The outside has accepted it. True when that was news."""
    with transaction.atomic():
        changes = {"handed_over_at": at, "provider_id": provider_id[:120] or message.provider_id}
        turned = _turn(message, ON_ITS_WAY, MessageState.HANDED_OVER, reason="", lease_until=None, **changes)
        if turned:
            by = str(message.written_by_id or "")
            fact = MessageHandedOver(
                message_id=str(message.id), channel=message.channel, by=by, rule_id=message.rule_id
            )
            announce([tell(message, fact, at)])
    return turned


def mark_delivered(message: Message, *, provider_id: str = "", at: datetime) -> bool:
    """It reached them; where we were still unsure whether it was handed over, this is the evidence. True when news."""
    with transaction.atomic():
        mark_handed_over(message, provider_id=provider_id, at=at)
        turned = _turn(message, (MessageState.HANDED_OVER,), MessageState.DELIVERED, delivered_at=at)
        if turned:
            announce([tell(message, MessageDelivered(message_id=str(message.id)), at)])
    return turned


def mark_failed(message: Message, *, reason: str, at: datetime) -> bool:
    """It will not reach them: refused for good, tried often enough, or bounced later. True when that was news."""
    with transaction.atomic():
        turned = _turn(
            message,
            (*ON_ITS_WAY, MessageState.HANDED_OVER),
            MessageState.FAILED,
            reason=_reason(reason),
            lease_until=None,
        )
        if turned:
            fact = MessageFailed(
                message_id=str(message.id), channel=message.channel, reason=message.reason, rule_id=message.rule_id
            )
            announce([tell(message, fact, at)])
    return turned


def mark_in_doubt(message: Message, *, reason: str, at: datetime) -> bool:
    """It may have been sent and nobody can say. Never sent again by us; people are told. True when that was news."""
    with transaction.atomic():
        turned = _turn(
            message, (MessageState.SENDING,), MessageState.IN_DOUBT, reason=_reason(reason), lease_until=None
        )
        if turned:
            fact = MessageInDoubt(message_id=str(message.id), channel=message.channel, reason=message.reason)
            announce([tell(message, fact, at)])
    return turned


def put_off(message: Message, *, reason: str, until: datetime) -> bool:
    """It was certainly not sent and will be tried again; it may be withdrawn until then."""
    return _turn(
        message,
        (MessageState.SENDING,),
        MessageState.QUEUED,
        reason=_reason(reason),
        send_at=until,
        lease_until=None,
    )


def tell(message: Message, fact: Fact, at: datetime) -> Announcement:
    """The announcement of a fact about this message."""
    return Announcement(
        fact=fact,
        at=at,
        contact_id=message.contact_id,
        journey_id=message.journey_id,
        by=message.written_by_id if isinstance(fact, MessageHandedOver) else None,
        rule_id=message.rule_id,
    )


def _turn(message: Message, starts: tuple[MessageState, ...], state: MessageState, **changes: Any) -> bool:
    turned = Message.objects.filter(id=message.id, state__in=starts).update(state=state, **changes)
    if turned:
        for name, value in {"state": state, **changes}.items():
            setattr(message, name, value)
    return bool(turned)


def _reason(reason: str) -> str:
    return " ".join(reason.split())[:240] or "no reason was given"
