"""Questions about what was said."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from trellis.conversations.models import Channel, Conversation, Message, MessageState
from trellis.people.models import Consent, ContactPoint, PointKind
from trellis.people.reach import in_reach_of

POINT = {Channel.EMAIL: PointKind.EMAIL, Channel.SMS: PointKind.PHONE}
WENT_OUT = (MessageState.HANDED_OVER, MessageState.DELIVERED, MessageState.IN_DOUBT)


def messages_of(contact_id: UUID) -> QuerySet[Message]:
    """Everything said with this contact in writing, newest first, with who wrote it."""
    return Message.objects.filter(contact_id=contact_id).select_related("written_by").order_by("-created_at", "-id")


def conversations_of(contact_id: UUID) -> QuerySet[Conversation]:
    """The contact's threads with `spoken_at` and `last_text` of the newest message, the liveliest first."""
    newest = Message.objects.filter(conversation=OuterRef("pk")).order_by("-created_at", "-id")
    return (
        Conversation.objects.filter(contact_id=contact_id)
        .annotate(
            spoken_at=Subquery(newest.values("created_at")[:1]),
            last_text=Subquery(newest.values("text")[:1]),
        )
        .order_by(F("spoken_at").desc(nulls_last=True))
    )


def sends_kept() -> int:
    """How many messages are kept here because their channel is not connected."""
    return Message.objects.held().count()


def message_answered(message_ids: Iterable[str]) -> Message | None:
    """The newest of our messages among those that an email's In-Reply-To, References or bounce names."""
    ours = Message.objects.told(message_ids).filter(direction="out")
    return ours.select_related("contact", "conversation").order_by("-created_at").first()


def message_sent_to(address: str) -> Message | None:
    """The last email that left for this address: the one meant by a bounce that names no message."""
    sent = Message.objects.filter(channel=Channel.EMAIL, recipient__iexact=address, state__in=WENT_OUT)
    return sent.select_related("contact", "conversation").order_by("-created_at").first()


def message_of_provider(provider_id: str) -> Message | None:
    return Message.objects.filter(provider_id=provider_id, direction="out").first() if provider_id else None


def references_of(message: Message) -> list[str]:
    """The Message-IDs before this one in its thread, oldest first, the one it answers last; at most ten."""
    before = Message.objects.filter(
        conversation_id=message.conversation_id,
        created_at__lte=message.created_at,
        state__in=(*WENT_OUT, MessageState.RECEIVED),
    ).exclude(message_id="")
    said = list(
        before.exclude(id=message.id).order_by("-created_at", "-id").values_list("message_id", "direction")[:10]
    )
    chain = [message_id for message_id, _ in reversed(said)]
    answered = next((message_id for message_id, direction in said if direction == "in"), None)
    return [name for name in chain if name != answered] + [answered] if answered else chain


def address_of(contact_id: UUID, channel: str) -> str:
    """Where to write to them: where they last wrote from, else the address that is theirs first and can be reached."""
    points = list(
        ContactPoint.objects.filter(contact_id=contact_id, kind=POINT[Channel(channel)])
        .order_by(F("unreachable_at").asc(nulls_first=True), F("held_at").asc(nulls_last=True), "created_at")
        .values_list("value", flat=True)
    )
    last = (
        Message.objects.filter(contact_id=contact_id, channel=channel, direction="in", sender__in=points)
        .order_by("-created_at")
        .values_list("sender", flat=True)
        .first()
    )
    return last or (points[0] if points else "")


def has_opted_out(contact_id: UUID, channel: str) -> bool:
    """They asked us to stop on this channel, and did not take it back."""
    newest = Consent.objects.filter(contact_id=contact_id, channel=channel, purpose="service").order_by("-at", "-id")
    return newest.values_list("granted", flat=True).first() is False


@dataclass(frozen=True)
class Kept:
    """Messages kept here while their channel is not connected: what leaves once it is, and what stays."""

    leaving: int
    staying: int

    @property
    def total(self) -> int:
        return self.leaving + self.staying


NOTHING_KEPT = Kept(leaving=0, staying=0)


def kept(at: datetime, who: Any) -> dict[str, Kept]:
    """What connecting at `at` would do with what `who` may read, by channel.

    The young ones leave, but none to a sample customer.
    """
    leaves = Q(created_at__gte=at - Message.KEPT_FOR, contact__sampled_at=None)
    seen = Message.objects.held().filter(in_reach_of(who, "see", "conversation", contact="contact"))
    counts = seen.values("channel").annotate(leaving=Count("pk", filter=leaves), total=Count("pk"))
    return {row["channel"]: Kept(row["leaving"], row["total"] - row["leaving"]) for row in counts}


def newest_kept(channel: str, limit: int, who: Any) -> list[Message]:
    """Some of what is kept on this channel and `who` may read, with whom it is for and who wrote it; newest first."""
    readable = in_reach_of(who, "see", "conversation", contact="contact")
    held = Message.objects.held().filter(readable, channel=channel).select_related("contact", "written_by")
    return list(held.order_by("-created_at", "-id")[:limit])


def waiting_to_leave(channel: str) -> int:
    """Messages on this channel that are queued and not kept back."""
    return Message.objects.filter(channel=channel, state=MessageState.QUEUED, held="").count()
