"""What this room holds about a person: all that was said."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from trellis.conversations.actions import suppress
from trellis.conversations.models import Call, Conversation, Message, MessageState
from trellis.core.refusal import Refused
from trellis.people.holdings import ERASED, Holding, Person, if_any, register_before_erasing, register_holding

ON_ITS_WAY = "A message to them is leaving at this moment. Wait a minute, then erase them."


def register_all() -> None:
    register_before_erasing(let_nothing_leave)
    register_holding(
        Holding(
            model=Conversation, called="conversations", rows=of(Conversation), erase={"subject": ""}, keeps=("channel",)
        ),
        Holding(
            model=Message,
            called="messages",
            rows=of(Message),
            erase={
                **dict.fromkeys(("sender", "subject", "text", "message_id", "in_reply_to", "provider_id"), ""),
                # A rule writes once to each recipient: those of one rule stay apart.
                "recipient": lambda message, person: f"erased {message.pk}" if message.rule_id else "",
                "reason": if_any("reason"),
            },
            keeps=("direction", "channel", "state", "rule_id", "template", "held"),
        ),
        Holding(
            model=Call,
            called="calls",
            rows=of(Call),
            erase={"number": "", "note": "", "provider_id": None},
            keeps=("direction", "outcome"),
        ),
    )


def of(model: Any) -> Callable[[Person], QuerySet[Any]]:
    return lambda person: model.objects.filter(contact__in=person.ids)


def let_nothing_leave(person: Person) -> None:
    """What waits stays here; with what is on its way nobody knows yet what becomes of it."""
    waiting = Q(state=MessageState.QUEUED) | Q(state=MessageState.SENDING)
    messages = list(Message.objects.select_for_update().filter(waiting, contact__in=person.ids))
    if any(message.state == MessageState.SENDING or message.lease_until for message in messages):
        raise Refused("on_its_way", ON_ITS_WAY)
    suppress(messages, reason=ERASED, at=person.at)
