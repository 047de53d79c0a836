"""A text or an email as its hook told it, read once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from trellis.conversations.actions import receive_message
from trellis.conversations.models import Channel, Message
from trellis.conversations.queries import message_answered
from trellis.core.text import clean_line, clean_text
from trellis.intake.models import Signal
from trellis.journeys.models import Journey
from trellis.people.identity import normalize_email, normalize_phone
from trellis.people.models import Contact, PointKind
from trellis.team.queries import business

TEXT_LIMIT = 100_000


@dataclass(frozen=True, kw_only=True)
class Letter:
    """`sender` is normalized, empty when it cannot be answered. `bounce` is {"address", "reason"} of mail sent back."""

    channel: str
    sender: str
    sender_as_written: str
    name: str
    recipient: str
    subject: str
    text: str
    message_id: str
    in_reply_to: str
    references: list[str]
    is_automatic: bool
    bounce: dict[str, Any] | None

    @classmethod
    def read(cls, signal: Signal) -> Self:
        told = signal.payload
        written = _text(told, "from")
        is_email = signal.channel == Channel.EMAIL
        return cls(
            channel=signal.channel,
            sender=normalize_email(written) if is_email else normalize_phone(written, business().region),
            sender_as_written=written,
            name=_text(told, "from_name"),
            recipient=_text(told, "to"),
            subject=clean_line(_text(told, "subject")[:250], 1000)[:250],
            text=clean_text(_text(told, "text")[:TEXT_LIMIT], TEXT_LIMIT * 4) or _attached(told),
            message_id=_text(told, "message_id"),
            in_reply_to=_text(told, "in_reply_to"),
            references=[str(name) for name in told.get("references") or ()],
            is_automatic=bool(told.get("auto_submitted")),
            bounce=told.get("bounce") or None,
        )

    @property
    def is_email(self) -> bool:
        return self.channel == Channel.EMAIL

    @property
    def point_kind(self) -> str:
        return PointKind.EMAIL if self.is_email else PointKind.PHONE

    def answers(self) -> Message | None:
        """The message of ours that this answers, as its headers say."""
        return message_answered([self.in_reply_to, *self.references]) if self.is_email else None


def keep(letter: Letter, contact: Contact, journey: Journey | None, *, is_turn: bool, at: datetime) -> Message:
    """Enter a letter into its conversation."""
    return receive_message(
        contact=contact,
        channel=letter.channel,
        sender=letter.sender or letter.sender_as_written,
        recipient=letter.recipient,
        subject=letter.subject,
        text=letter.text,
        message_id=letter.message_id if letter.is_email else "",
        provider_id="" if letter.is_email else letter.message_id,
        in_reply_to=letter.in_reply_to,
        references=letter.references,
        journey_id=journey.pk if journey else None,
        is_turn=is_turn,
        at=at,
    )


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    return value.strip() if isinstance(value, str) else ""


def _attached(told: dict[str, Any]) -> str:
    """What stands for a message without words."""
    count = len(told.get("media") or ())
    return f"[{count} attachment{'s' if count != 1 else ''}]" if count else ""
