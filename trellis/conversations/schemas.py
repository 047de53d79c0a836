"""Messages as the machine door shows them."""

from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field

from trellis.api.fields import Named
from trellis.api.paging import Paging
from trellis.conversations.models import Message, MessageState


class MessageQuery(Paging):
    contact: UUID | None = Field(None, description="Messages from and to this person")
    journey: UUID | None = Field(None, description="Messages of this journey")


class MessageOut(BaseModel):
    """One message. `rule` and `template` name what sent it when no person did.

    `held` says why a queued message is kept back, `reason` why one failed, is in doubt or was not sent.
    """

    id: UUID
    contact: UUID
    journey: UUID | None
    direction: Literal["in", "out"]
    channel: str
    state: MessageState
    sender: str
    recipient: str
    subject: str
    text: str
    rule: str
    template: str
    written_by: Named | None
    held: str
    reason: str
    created_at: datetime
    handed_over_at: datetime | None
    delivered_at: datetime | None

    @classmethod
    def of(cls, message: Message) -> Self:
        """`message` comes with `written_by`."""
        writer = message.written_by
        return cls(
            contact=message.contact_id,
            journey=message.journey_id,
            rule=message.rule_id,
            written_by=Named(id=writer.id, name=writer.name) if writer else None,
            **{name: getattr(message, name) for name in cls.model_fields if name not in _OTHERWISE_NAMED},
        )


_OTHERWISE_NAMED = {"contact", "journey", "rule", "written_by"}
