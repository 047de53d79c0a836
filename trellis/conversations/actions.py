"""What is said: queued, written, withdrawn, received, logged. How it went out is in `ledger` and `outcomes`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from trellis.conversations import transports
from trellis.conversations.models import Call, Channel, Conversation, Message, MessageState
from trellis.conversations.outcomes import tell
from trellis.conversations.queries import address_of, has_opted_out
from trellis.conversations.threads import message_id_of, open_threads, subject_in, thread_of_received
from trellis.core.refusal import Refused
from trellis.core.rows import insert_rows
from trellis.core.text import TooLong, clean_text
from trellis.events.actions import Announcement, announce
from trellis.events.catalogue import CallAnswered, CallMissed, CallTried, Fact, MessageReceived, MessageSuppressed
from trellis.intake.actions import storable
from trellis.people.models import Contact
from trellis.team.models import User

NOT_CONNECTED = "not connected"
# How long what a person's act sends waits before it leaves: for as long as they can undo it with one key.
CHANGE_OF_MIND = timedelta(seconds=6)
# Their words and the answer of a rule are written in one moment, the answer sometimes first.
BEFORE_OUR_ANSWER = timedelta(microseconds=1)
LONGEST: dict[str, int] = {Channel.SMS: 1_600, Channel.EMAIL: 100_000}
ADDRESS: dict[str, str] = {Channel.SMS: "phone number", Channel.EMAIL: "email address"}


class CannotWrite(Refused):
    """This message could not reach them."""


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """An automatic message that a rule decided on, or decided not to send: then `suppressed_reason` says why."""

    contact_id: UUID
    channel: str
    recipient: str
    subject: str
    text: str
    journey_id: UUID
    rule_id: str
    episode: int
    template: str
    playbook_version: int
    suppressed_reason: str = ""
    send_at: datetime | None = None


def queue_messages(outgoing: Sequence[Outgoing], *, at: datetime) -> list[Message | None]:
    """Enter automatic messages in the ledger; None for each that its rule already entered in this episode.

    At most two inserts however many they are. Announces nothing: the engine tells what it did with its other effects.
    """
    if any(not wanted.rule_id for wanted in outgoing):
        raise ValueError("An automatic message names the rule that sends it: its ledger key depends on it.")
    with transaction.atomic(savepoint=False):
        threads = open_threads({(wanted.contact_id, wanted.channel): wanted.subject for wanted in outgoing}, at=at)
        rows = [_entry(wanted, threads[wanted.contact_id, wanted.channel], at) for wanted in outgoing]
        entered = {row.id for row in insert_rows(rows, skip_known=True)}
    return [row if row.id in entered else None for row in rows]


def write_message(
    *,
    contact: Contact,
    channel: str,
    text: str,
    subject: str = "",
    journey_id: UUID | None = None,
    send_at: datetime | None = None,
    by: User,
    at: datetime,
) -> Message:
    """Queue what a person wrote, to leave at once or at `send_at`.

    Automatic messages of that journey that still wait are withdrawn. Raises CannotWrite before anything is queued.
    """
    message = Message(
        contact=contact,
        channel=channel,
        recipient=_address(contact, channel),
        text=_sayable(text, channel),
        written_by=by,
        journey_id=journey_id,
        **_outbound(channel, at, send_at),
    )
    message.message_id = message_id_of(message)
    with transaction.atomic():
        message.conversation = open_threads({(contact.id, channel): subject}, at=at)[contact.id, channel]
        message.subject = subject_in(message.conversation, subject)
        message.save(force_insert=True)
        if journey_id:
            withdraw_queued([journey_id], reason=f"{by.first_name} took over", at=at)
    return message


def withdraw_queued(journey_ids: Iterable[UUID], *, reason: str, at: datetime) -> int:
    """Stop the automatic messages of these journeys that have not left yet, and say why. Returns how many."""
    return withdraw(Message.objects.withdrawable(journey_ids), reason=reason, at=at)


@transaction.atomic
def withdraw(waiting: QuerySet[Message], *, reason: str, at: datetime) -> int:
    """Stop some of what is `withdrawable`, and say why. Returns how many."""
    stopped = list(waiting.select_for_update())
    suppress(stopped, reason=reason, at=at)
    return len(stopped)


def take_back_messages(
    contact_id: UUID, journey_id: UUID | None, *, written_at: datetime, by: User, at: datetime
) -> None:
    """Stop what was written in this journey at that moment, by a person or by the rules that followed.

    Refused as soon as one of them is on its way. Without a journey: what was written outside of any.
    """
    written = Message.objects.filter(contact=contact_id, journey_id=journey_id, created_at=written_at)
    rows = written.filter(direction="out").select_for_update()
    stopped = [message for message in rows if message.state != MessageState.SUPPRESSED]
    if any(message.state != MessageState.QUEUED for message in stopped):
        raise Refused("sent_since", "The message is on its way already, so this cannot be taken back.")
    suppress(stopped, reason=f"{by.first_name} took it back", at=at)


def queue_again(message_ids: Sequence[str], *, written_before: datetime, at: datetime) -> None:
    """What stopped these messages was taken back: they wait to leave again, unless they may not be sent by now.

    One that was never to be sent, because of an opt-out or for want of an address, was entered as such when it was
    written: only those that had been waiting since before the act come back.
    """
    stopped = Message.objects.filter(
        pk__in=message_ids, state=MessageState.SUPPRESSED, created_at__lt=written_before
    ).select_for_update()
    for message in stopped:
        if not has_opted_out(message.contact_id, message.channel):
            begins = _outbound(message.channel, at)
            again = {"state": begins["state"], "send_at": begins["send_at"], "held": begins["held"], "reason": ""}
            Message.objects.filter(pk=message.pk).update(**again)


def take_back_calls(contact_id: UUID, journey_id: UUID | None, *, started_at: datetime, at: datetime) -> None:
    """A call that was logged by mistake was never made."""
    Call.objects.filter(contact=contact_id, journey_id=journey_id, started_at=started_at).update(taken_back_at=at)


def suppress(messages: Sequence[Message], *, reason: str, at: datetime) -> None:
    """Settle queued messages as never to be sent, with the reason. The caller holds them in its transaction."""
    if not messages:
        return
    Message.objects.filter(id__in=[message.id for message in messages]).update(
        state=MessageState.SUPPRESSED, reason=reason[:240], held="", send_at=None, lease_until=None
    )
    announce(
        [
            tell(
                message,
                MessageSuppressed(
                    message_id=str(message.id), channel=message.channel, reason=reason, rule_id=message.rule_id
                ),
                at,
            )
            for message in messages
        ]
    )


def receive_message(
    *,
    contact: Contact,
    channel: str,
    sender: str,
    text: str,
    at: datetime,
    recipient: str = "",
    subject: str = "",
    message_id: str = "",
    in_reply_to: str = "",
    references: Sequence[str] = (),
    provider_id: str = "",
    journey_id: UUID | None = None,
    is_turn: bool = True,
) -> Message:
    """Enter what the customer wrote into its thread, and tell that they spoke.

    Not a turn, and so kept without telling: an automatic reply, or the words that just started the journey.
    """
    with transaction.atomic():
        message = Message(
            conversation=thread_of_received(contact.id, channel, subject, [in_reply_to, *references], at=at),
            contact=contact,
            direction="in",
            channel=channel,
            state=MessageState.RECEIVED,
            sender=sender[:254],
            recipient=recipient[:254],
            subject=storable(subject[:250]),
            text=storable(text),
            message_id=message_id[:250],
            in_reply_to=in_reply_to[:250],
            provider_id=provider_id[:120],
            journey_id=journey_id,
            created_at=at - BEFORE_OUR_ANSWER,
        )
        message.save(force_insert=True)
        if is_turn:
            announce(
                [tell(message, MessageReceived(message_id=str(message.id), channel=channel, text=message.text), at)]
            )
    return message


def log_call(
    *,
    contact: Contact,
    direction: str,
    outcome: str,
    started_at: datetime,
    seconds: int = 0,
    note: str = "",
    by: User | None = None,
    journey_id: UUID | None = None,
    provider_id: str | None = None,
    at: datetime,
    number: str = "",
    is_turn: bool = True,
) -> Call:
    """Enter a call. The same call told twice by the telephone system is entered once.

    Not a turn, and so kept without telling: the missed call that just started the journey.
    """
    call = Call(
        contact=contact,
        direction=direction,
        outcome=outcome,
        number=number[:40],
        started_at=started_at,
        seconds=seconds,
        note=clean_text(note, 10_000),
        by=by,
        journey_id=journey_id,
        provider_id=provider_id or None,
    )
    with transaction.atomic():
        Call.objects.bulk_create([call], ignore_conflicts=True)
        if not Call.objects.filter(id=call.id).exists():
            return Call.objects.get(provider_id=provider_id)
        by_id = by.id if by else None
        if is_turn:
            announce(
                [Announcement(fact=_call_fact(call), at=at, contact_id=contact.id, journey_id=journey_id, by=by_id)]
            )
    return call


def _entry(wanted: Outgoing, thread: Conversation, at: datetime) -> Message:
    message = Message(
        conversation=thread,
        contact_id=wanted.contact_id,
        channel=wanted.channel,
        recipient=wanted.recipient,
        subject=storable(wanted.subject[:250]),
        text=storable(wanted.text),
        journey_id=wanted.journey_id,
        rule_id=wanted.rule_id,
        episode=wanted.episode,
        template=wanted.template,
        playbook_version=wanted.playbook_version,
        **_outbound(wanted.channel, at, wanted.send_at),
    )
    message.message_id = message_id_of(message)
    if wanted.suppressed_reason:
        message.state, message.reason = MessageState.SUPPRESSED, wanted.suppressed_reason[:240]
        message.send_at, message.held = None, ""
    return message


def _outbound(channel: str, at: datetime, send_at: datetime | None = None) -> dict[str, Any]:
    """How an outbound row begins: due at once, or held without a time while its channel is not connected."""
    connected = transports.is_connected(channel)
    return {
        "direction": "out",
        "state": MessageState.QUEUED,
        "created_at": at,
        "send_at": (send_at or at) if connected else None,
        "held": "" if connected else NOT_CONNECTED,
    }


def _sayable(text: str, channel: str) -> str:
    try:
        cleaned = clean_text(text, LONGEST[channel])
    except TooLong as error:
        raise CannotWrite("too_long", f"This is too long to send. {error}") from error
    if not cleaned:
        raise CannotWrite("no_text", "Write something first: an empty message was not sent.")
    return cleaned


def _address(contact: Contact, channel: str) -> str:
    if channel not in ADDRESS:
        raise CannotWrite("unknown_channel", f"Messages leave by email or sms, not by {channel or 'nothing'}.")
    name = contact.first_name or "This person"
    if contact.taken_back_at:
        raise CannotWrite("taken_back", f"{name} was added by mistake and taken back. Add the lead again first.")
    if channel == Channel.SMS and has_opted_out(contact.id, channel):
        raise CannotWrite("opted_out", f"{name} asked not to get texts. Call or send an email.")
    address = address_of(contact.id, channel)
    if not address:
        raise CannotWrite("no_address", f"{name} has no {ADDRESS[channel]}. Add one first.")
    return address


def _call_fact(call: Call) -> Fact:
    id, by = str(call.id), str(call.by_id or "")
    if call.outcome == "answered":
        return CallAnswered(call_id=id, direction=call.direction, by=by, seconds=call.seconds, note=call.note)
    if call.direction == "in":
        return CallMissed(call_id=id)
    return CallTried(call_id=id, outcome=call.outcome, by=by, note=call.note)
