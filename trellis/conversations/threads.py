"""Which conversation a message belongs to, and how it is named within it."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Subquery

from trellis.conversations.models import Channel, Conversation, Message
from trellis.conversations.transports import sender_on
from trellis.core.rows import find_rows, insert_rows
from trellis.intake.actions import storable

# An email thread that slept longer is not taken up again by us: a new letter about the same roof starts a new one.
SLEEPS_AFTER = timedelta(days=180)

REPLY = re.compile(r"\s*(re|aw|sv|vs|ref|rif)\s*:", re.IGNORECASE)

Thread = tuple[UUID, str]


def message_id_of(message: Message) -> str:
    """The Message-ID of an email of ours, fixed by its row: a second attempt can be recognised as the same."""
    if message.channel != Channel.EMAIL:
        return ""
    domain = sender_on(Channel.EMAIL).rpartition("@")[2] or urlsplit(settings.PUBLIC_URL).hostname
    return f"<{message.id}@{domain}>"


def open_threads(wanted: dict[Thread, str], *, at: datetime) -> dict[Thread, Conversation]:
    """The conversation to continue for each (contact, channel), started under the given subject where there is none."""
    threads = _live_threads(wanted, at)
    started = [
        Conversation(contact_id=contact_id, channel=channel, subject=storable(subject[:250]), started_at=at)
        for (contact_id, channel), subject in wanted.items()
        if (contact_id, channel) not in threads
    ]
    insert_rows(started)
    return threads | {(thread.contact_id, thread.channel): thread for thread in started}


def thread_of_received(
    contact_id: UUID, channel: str, subject: str, references: Iterable[str], *, at: datetime
) -> Conversation:
    """Where a received message belongs: the thread it answers, else (a text) the one there is, else a new one."""
    answered = Message.objects.told(references).filter(contact_id=contact_id).select_related("conversation")
    if newest := answered.order_by("-created_at").first():
        return newest.conversation
    if channel == Channel.EMAIL:
        return _started_by_them(contact_id, storable(subject[:250]), at)
    return open_threads({(contact_id, channel): ""}, at=at)[contact_id, channel]


def subject_in(thread: Conversation, subject: str) -> str:
    """The subject of what a person writes into a thread: their own words, else that of the thread as a reply."""
    if thread.channel != Channel.EMAIL:
        return ""
    if subject.strip() or not thread.subject:
        return " ".join(subject.split())[:250]
    return thread.subject if REPLY.match(thread.subject) else f"Re: {thread.subject}"[:250]


def _live_threads(wanted: Iterable[Thread], at: datetime) -> dict[Thread, Conversation]:
    known = find_rows(Conversation, contact={contact_id for contact_id, _ in wanted})
    spoken_at = {thread.pk: thread.started_at for thread in known} | _last_said(known)
    return {
        (thread.contact_id, thread.channel): thread
        for thread in sorted(known, key=lambda thread: spoken_at[thread.pk])
        if thread.channel != Channel.EMAIL or spoken_at[thread.pk] > at - SLEEPS_AFTER
    }


def _last_said(threads: list[Conversation]) -> dict[UUID, datetime]:
    """When each was last added to. Most leads have no thread yet, which costs nothing here."""
    if not threads:
        return {}
    newest = Message.objects.filter(conversation=OuterRef("pk")).order_by("-created_at").values("created_at")[:1]
    rows = Conversation.objects.filter(pk__in=[thread.pk for thread in threads]).values_list("pk", Subquery(newest))
    return {pk: at for pk, at in rows if at}


def _started_by_them(contact_id: UUID, subject: str, at: datetime) -> Conversation:
    """A thread under their subject: the one in which a rule answered this very message already, else a new one."""
    they_spoke = Message.objects.filter(conversation=OuterRef("pk"), direction="in")
    opened_now = Conversation.objects.filter(contact_id=contact_id, channel=Channel.EMAIL, started_at=at)
    thread = opened_now.exclude(Exists(they_spoke)).first() or Conversation(
        contact_id=contact_id, channel=Channel.EMAIL, started_at=at
    )
    thread.subject = subject
    thread.save()
    return thread
