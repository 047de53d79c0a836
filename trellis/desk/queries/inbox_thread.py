"""The thread: what was said with one person on every channel, day by day, the newest at the end."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import CharField, F, IntegerField, Q, QuerySet, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from trellis.conversations.models import Call, Message, MessageState
from trellis.conversations.queries import messages_of
from trellis.desk.queries.sentences import CAME, CHANNELS, TRIED
from trellis.desk.queries.timeline import happened_with, read_cursor
from trellis.people.models import Contact
from trellis.people.permissions import Near
from trellis.web.times import Viewer, length

PAGE = 30
# What the columns of a line are, whether it is a call or an event.
LINE = ("stood_at", "pk", "what", "how", "ended", "lasted", "told", "who")


@dataclass(frozen=True, kw_only=True)
class Line:
    """Something that happened, in the middle of the thread: a call, a form, a note of ours, a message not sent."""

    icon: str
    text: str
    body: str = ""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line, words in a bubble, or both. `whose` words they are: theirs, ours or auto; `via` says how they came."""

    at: datetime
    key: UUID
    line: Line | None = None
    words: str = ""
    subject: str = ""
    whose: str = ""
    via: str = ""
    message: Message | None = None


@dataclass(frozen=True, kw_only=True)
class Day:
    """The entries of one local day."""

    at: datetime
    entries: list[Entry]


@dataclass(frozen=True, kw_only=True)
class Thread:
    """`before` is where the next, older page ends; empty on the oldest. `last` is the newest bubble."""

    days: list[Day]
    before: str
    last: Entry | None

    @property
    def channel(self) -> str:
        """The one that they wrote on last."""
        entries = [entry for day in self.days for entry in day.entries]
        theirs = (entry.message for entry in reversed(entries) if entry.whose == "theirs")
        return next((message.channel for message in theirs if message), "")


def thread_of(
    contact: Contact, near: Near, viewer: Viewer, *, answering: Collection[str] = (), before: str = ""
) -> Thread:
    """One page, up to the cursor `before`. `answering` are the rules that reply to what they do. Two queries."""
    until = read_cursor(before)
    read = [messages(contact, until, answering), lines(contact, until, near)]
    # Where a source has more than was read, nothing older than its last row is known to be complete.
    horizon = max((rows[-1].at for rows in read if len(rows) > PAGE), default=None)
    told = merge(*read, key=lambda entry: (entry.at, entry.key), reverse=True)
    page = [entry for entry in told if not horizon or entry.at > horizon]
    return Thread(
        days=by_day(reversed(page), viewer),
        before=horizon.isoformat() if horizon and page else "",
        last=next((entry for entry in page if entry.whose), None),
    )


def by_day(entries: Iterable[Entry], viewer: Viewer) -> list[Day]:
    days = groupby(entries, key=lambda entry: viewer.local(entry.at).date())
    return [Day(at=group[0].at, entries=group) for group in (list(same) for _, same in days)]


def messages(contact: Contact, until: datetime | None, answering: Collection[str]) -> list[Entry]:
    found = messages_of(contact.pk)
    if until:
        found = found.filter(created_at__lte=until)
    return [say_message(message, answering) for message in found[: PAGE + 1]]


def say_message(message: Message, answering: Collection[str]) -> Entry:
    channel = CHANNELS.get(message.channel, "message")
    told: dict[str, Any] = {"at": message.created_at, "key": message.pk, "message": message}
    if message.state == MessageState.SUPPRESSED:
        text = f"{title_of(message)} not sent: {message.reason}"
        return Entry(**told, line=Line(icon="message-square-off", text=text))
    told |= {"words": message.text, "subject": message.subject}
    if message.direction == "in":
        return Entry(**told, whose="theirs", via=channel.capitalize())
    if message.is_automatic:
        via = f"Auto-reply · {channel.capitalize()}" if message.rule_id in answering else f"Auto-{channel}"
        return Entry(**told, whose="auto", via=via)
    writer = message.written_by.first_name if message.written_by else "We"
    return Entry(**told, whose="ours", via=f"{writer} · {channel.capitalize()}")


def title_of(message: Message) -> str:
    """Automatic text “We got it”."""
    channel = CHANNELS.get(message.channel, "message")
    if not message.is_automatic:
        return channel.capitalize()
    return f"Automatic {channel} “{message.template.replace('-', ' ').capitalize()}”"


def lines(contact: Contact, until: datetime | None, near: Near) -> list[Entry]:
    """Calls, forms and notes, in one query."""
    calls = Call.objects.filter(contact=contact, taken_back_at=None)
    came = Q(key="signal.captured", payload__kind__in=list(CAME))
    events = happened_with(contact, near).filter(came | Q(key="note.written"))
    if until:
        calls, events = calls.filter(started_at__lte=until), events.filter(at__lte=until)
    rows = columns(calls, call_columns()).union(columns(events, event_columns()), all=True)
    return [say_line(row, contact) for row in rows.order_by("-stood_at", "-pk")[: PAGE + 1]]


def columns(rows: QuerySet[Any], named: dict[str, Any]) -> QuerySet[Any, tuple[Any, ...]]:
    found: QuerySet[Any, tuple[Any, ...]] = rows.order_by().annotate(**named).values_list(*LINE)
    return found


def call_columns() -> dict[str, Any]:
    return {
        "stood_at": F("started_at"),
        "what": Value("call", CharField()),
        "how": F("direction"),
        "ended": F("outcome"),
        "lasted": F("seconds"),
        "told": F("note"),
        "who": F("by__name"),
    }


def event_columns() -> dict[str, Any]:
    return {
        "stood_at": F("at"),
        "what": F("key"),
        "how": KT("payload__kind"),
        "ended": KT("payload__page"),
        "lasted": Value(0, IntegerField()),
        "told": Coalesce(KT("payload__words"), KT("payload__text")),
        "who": F("by__name"),
    }


def say_line(row: tuple[Any, ...], contact: Contact) -> Entry:
    at, pk, what, how, ended, seconds, words, who = row
    ours, theirs = (who or "We").split(" ")[0], contact.first_name or "They"
    told: dict[str, Any] = {"at": at, "key": pk}
    if what == "note.written":
        return Entry(**told, line=Line(icon="sticky-note", text=f"{ours} noted", body=words or ""))
    if what == "call":
        lasted = f" · {length(timedelta(seconds=seconds))}" if seconds else ""
        icon, text = say_call(how, ended, ours, theirs, is_ours=bool(who))
        return Entry(**told, line=Line(icon=icon, text=f"{text}{lasted}", body=words or ""))
    icon, did = CAME[how]
    line = Line(icon=icon, text=f"{theirs} {did}")
    return Entry(**told, line=line, words=words or "", whose="theirs" if words else "", via=ended or "")


def say_call(direction: str, outcome: str, ours: str, theirs: str, *, is_ours: bool) -> tuple[str, str]:
    """Icon and words of a call."""
    if direction == "out":
        did = "called" if outcome == "answered" else TRIED.get(outcome, TRIED["no_answer"])
        return "phone-outgoing", f"{ours} {did}"
    if outcome == "answered":
        return "phone-incoming", f"{theirs} called" + (f", {ours} answered" if is_ours else "")
    return "phone-missed", f"Missed call from {theirs}"
