"""The timeline: events, messages and calls of a contact read as one story, newest first."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import merge
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from trellis.conversations.models import Call
from trellis.conversations.queries import messages_of
from trellis.desk.permissions import Allowed
from trellis.desk.queries.sentences import Entry, Places, say_call, say_event, say_message
from trellis.events.models import Event
from trellis.journeys.models import Act
from trellis.people.models import Contact
from trellis.people.permissions import Near, told_to
from trellis.web.times import Viewer

PAGE = 40
# Told by the message or the call itself, or by what the engine made of it.
SILENT = (
    "message.received", "message.queued", "message.handed_over", "message.delivered", "message.failed",
    "message.in_doubt", "message.suppressed", "call.answered", "call.missed", "call.tried", "task.due",
    "stage.chosen", "owner.chosen", "park.chosen", "close.chosen", "reopen.chosen", "step.planned",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Day:
    """The entries of one local day."""

    at: datetime
    entries: list[Entry]


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """`before` is where the next, older page begins; empty on the last."""

    days: list[Day]
    before: str


def timeline_of(contact: Contact, viewer: Viewer, *, places: Places, allowed: Allowed, before: str = "") -> Timeline:
    """One page of the story, from the cursor `before` on. `places` say where stages stand. Three queries."""
    until = read_cursor(before)
    read = [events(contact, places, until, allowed)]
    if allowed.hear:
        read += [messages(contact, until), calls(contact, until)]
    # Where a source has more than was read, nothing older than its last row is known to be complete.
    horizon = max((rows[-1].at for rows in read if len(rows) > PAGE), default=None)
    told = merge(*read, key=lambda entry: (entry.at, entry.key), reverse=True)
    page = [entry for entry in told if not horizon or entry.at > horizon]
    said = [entry for entry in page if not entry.is_untold]
    return Timeline(days=by_day(gather(said), viewer), before=horizon.isoformat() if horizon and page else "")


def events(contact: Contact, places: Places, until: datetime | None, allowed: Allowed) -> list[Entry]:
    """What the customer said in a form is left out where it may not be read."""
    found = happened_with(contact, allowed.near).exclude(key__in=SILENT).select_related("by")
    if until:
        found = found.filter(at__lte=until)
    said = [say_event(event, contact, places) for event in found.order_by("-at", "-id")[: PAGE + 1]]
    return said if allowed.hear else [replace(entry, quote="") for entry in said]


def happened_with(contact: Contact, near: Near) -> QuerySet[Event]:
    """Everything that they may be told and nobody took back."""
    acts = Act.objects.filter(contact=OuterRef("contact_id"), at=OuterRef("at"), undone_at__isnull=False)
    taken_back = Exists(acts.filter(journey=OuterRef("journey_id"))) | Q(Exists(acts), journey_id=None)
    return Event.objects.filter(~taken_back, told_to(near), contact_id=contact.pk)


def messages(contact: Contact, until: datetime | None) -> list[Entry]:
    found = messages_of(contact.pk)
    if until:
        found = found.filter(created_at__lte=until)
    return [say_message(message, contact) for message in found[: PAGE + 1]]


def calls(contact: Contact, until: datetime | None) -> list[Entry]:
    found = Call.objects.filter(contact=contact, taken_back_at=None).select_related("by")
    if until:
        found = found.filter(started_at__lte=until)
    return [say_call(call, contact) for call in found.order_by("-started_at", "-id")[: PAGE + 1]]


def gather(entries: Iterable[Entry]) -> list[Entry]:
    """Quiet acts of one instant become one line, and so do the tags that a person put on."""
    told: list[Entry] = []
    for (_, join), same in groupby(entries, key=lambda entry: (entry.at, joined_by(entry))):
        group = list(same)
        told.extend([join[0](group)] if join and len(group) > 1 else group)
    return told


def is_quiet(entry: Entry) -> bool:
    return entry.tone == "auto" and entry.message is None and not entry.late


def together(group: list[Entry]) -> Entry:
    told = sorted(group, key=lambda entry: entry.rank)
    said = " · ".join(dict.fromkeys(entry.brief or entry.text for entry in told))
    first = told[0]
    return Entry(at=first.at, key=first.key, icon="zap", tone="auto", text=said, journey_id=first.journey_id)


def joined_by(entry: Entry) -> tuple[Any, ...]:
    """What makes one line of it and its like, and who must be the same; nothing where it stands alone."""
    if is_quiet(entry):
        return (together,)
    return (tagged, entry.actor, entry.note) if entry.tag else ()


def tagged(group: list[Entry]) -> Entry:
    names = sorted(entry.tag for entry in group)
    return replace(group[0], text=f"put on the tags {', '.join(names)}")


def by_day(entries: Iterable[Entry], viewer: Viewer) -> list[Day]:
    days: list[Day] = []
    for _, same in groupby(entries, key=lambda entry: viewer.local(entry.at).date()):
        group = list(same)
        days.append(Day(at=group[0].at, entries=group))
    return days


def read_cursor(text: str) -> datetime | None:
    """Where a page ended; nothing when the address was cut or made up."""
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        return None
    return found if found.tzinfo else None
