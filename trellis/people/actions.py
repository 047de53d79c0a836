"""What we write about people."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from trellis.core.refusal import Refused
from trellis.core.text import clean_line, clean_text
from trellis.events.actions import Announcement, announce
from trellis.events.catalogue import ConsentGiven, ConsentWithdrawn, NoteWritten, TagAdded, TagRemoved
from trellis.people.models import (
    CHANNELS,
    PURPOSES,
    Consent,
    Contact,
    ContactPoint,
    ContactTag,
    PossibleDuplicate,
    Tag,
)
from trellis.team.models import User
from trellis.team.undoing import keeping

NOTE_LIMIT = 10_000
TAG_LIMIT = 60
SOURCE_LIMIT = 80


@transaction.atomic
def add_tags(
    contact: Contact,
    names: Sequence[str],
    *,
    by: User | None = None,
    at: datetime,
    journey_id: UUID | None = None,
    rule_id: str = "",
) -> list[str]:
    """Tag a contact, making tags that do not exist yet. Returns the names that are new on this contact."""
    wanted = _by_small_letters(names)
    worn = set(Tag.objects.filter(small__in=wanted, contact_tags__contact=contact).values_list("small", flat=True))
    new = {small: name for small, name in wanted.items() if small not in worn}
    if not new:
        return []
    tags = _tags_named(new)
    ContactTag.objects.bulk_create([ContactTag(contact=contact, tag=tag) for tag in tags], ignore_conflicts=True)
    announce(
        [
            Announcement(
                fact=TagAdded(tag=tag.name),
                at=at,
                contact_id=contact.id,
                journey_id=journey_id,
                by=by.id if by else None,
                rule_id=rule_id,
            )
            for tag in tags
        ]
    )
    return [tag.name for tag in tags]


@transaction.atomic
def remove_tags(contact: Contact, names: Sequence[str], *, by: User | None = None, at: datetime) -> list[str]:
    """Take tags off a contact. Returns the names that it had."""
    unwanted = _by_small_letters(names)
    worn = list(ContactTag.objects.filter(contact=contact, tag__small__in=unwanted).select_related("tag"))
    ContactTag.objects.filter(pk__in=[one.pk for one in worn]).delete()
    announce(
        [
            Announcement(fact=TagRemoved(tag=one.tag.name), at=at, contact_id=contact.id, by=by.id if by else None)
            for one in worn
        ]
    )
    return [one.tag.name for one in worn]


def set_tags(contact: Contact, names: Sequence[str], *, by: User | None, at: datetime) -> None:
    """Let these be all the tags that they wear."""
    with transaction.atomic():
        hold_to_tag(contact)
        others = contact.contact_tags.exclude(tag__small__in=_by_small_letters(names)).select_related("tag")
        retag(contact, add=names, remove=[one.tag.name for one in others], by=by, at=at)


def retag(
    contact: Contact, *, add: Sequence[str] = (), remove: Sequence[str] = (), by: User | None, at: datetime
) -> list[str]:
    """Put tags on a contact and take others off, as one change. One that is named for both is off.

    Returns the names that are new on this contact, as the tags are called.
    """
    with transaction.atomic():
        hold_to_tag(contact)
        with keeping(contact.contact_tags, by=by, at=at):
            added = add_tags(contact, add, by=by, at=at)
            remove_tags(contact, remove, by=by, at=at)
    return added


def hold_to_tag(contact: Contact) -> None:
    """Of several who tag somebody at one moment each sees what the one before did; so does whoever merges them."""
    held = Contact.objects.select_for_update(no_key=True).get(pk=contact.pk)
    if held.merged_into_id:
        raise Refused("merged_already", "They were merged with somebody meanwhile. Open their page again.")


def record_consent(
    contact: Contact,
    *,
    channel: str,
    purposes: Iterable[str] = ("service",),
    source: str,
    by: User | None = None,
    at: datetime,
) -> None:
    """They agreed to hear from us. `source` says where: "form roof-repair", "text START", "by phone on Monday"."""
    _record(contact, ConsentGiven(channel=channel, source=source, purposes=list(purposes)), by, at)


def withdraw_consent(
    contact: Contact,
    *,
    channel: str,
    purposes: Iterable[str] = PURPOSES,
    source: str,
    by: User | None = None,
    at: datetime,
) -> None:
    """They asked us to stop on a channel. Told of the contact, not of one journey: it holds for all of them."""
    _record(contact, ConsentWithdrawn(channel=channel, source=source, purposes=list(purposes)), by, at)


def write_note(contact: Contact, *, text: str, by: User, at: datetime, journey_id: UUID | None = None) -> None:
    """Keep a colleague's words on the timeline."""
    words = clean_text(text, NOTE_LIMIT)
    if not words:
        raise Refused("no_text", "Write something first: an empty note was not kept.")
    fact = NoteWritten(text=words)
    announce([Announcement(fact=fact, at=at, contact_id=contact.id, journey_id=journey_id, by=by.id)])


def remember_touch(contact: Contact, touch: dict[str, Any]) -> None:
    """Keep where they came from this time; the first time stays as it was."""
    contact.take_touch(touch)
    contact.save(update_fields=["first_touch", "last_touch", "heard_at"])


def mark_unreachable(*, kind: str, value: str, at: datetime) -> int:
    """A delivery report said that nobody is there: mark the address with everybody who uses it."""
    return ContactPoint.objects.filter(kind=kind, value=value, unreachable_at=None).update(unreachable_at=at)


def tell_apart(pair: PossibleDuplicate, *, by: User, at: datetime) -> None:
    """They are two people: it is never asked again."""
    settled = {"settled_at": at, "settled_by": by, "settled_how": "different_people"}
    if not PossibleDuplicate.objects.open().filter(pk=pair.pk).update(**settled):
        raise Refused("settled_already", "Somebody has decided about these two already. Look again.")


def reconsider(pair: PossibleDuplicate) -> None:
    """They were told apart by mistake: it is asked again."""
    apart = PossibleDuplicate.objects.filter(pk=pair.pk, settled_how="different_people")
    if not apart.update(settled_at=None, settled_by=None, settled_how=""):
        raise Refused("undone_already", "That was taken back already.")


def withdraw_contacts(ids: Collection[UUID], *, at: datetime) -> None:
    """They came only with what was taken back: nobody finds them any more, and others may have their addresses."""
    ContactPoint.objects.filter(contact__in=ids).update(held_at=None)
    Contact.objects.filter(pk__in=ids).update(taken_back_at=at)


def _by_small_letters(names: Iterable[str]) -> dict[str, str]:
    """Each as it is written first, by what it is found by."""
    written: dict[str, str] = {}
    for name in names:
        if name := name.strip()[:TAG_LIMIT]:
            written.setdefault(name.lower(), name)
    return written


def _tags_named(names: Mapping[str, str]) -> list[Tag]:
    """The tags, made where missing: another process may make the same one at this moment."""
    known = {tag.small: tag for tag in Tag.objects.filter(small__in=names)}
    if missing := [Tag.called(name) for small, name in names.items() if small not in known]:
        Tag.objects.bulk_create(missing, ignore_conflicts=True)
        known |= {tag.small: tag for tag in Tag.objects.filter(small__in=[tag.small for tag in missing])}
    return [known[small] for small in names]


def _record(contact: Contact, fact: ConsentGiven | ConsentWithdrawn, by: User | None, at: datetime) -> None:
    """The word itself for each purpose, and the fact. What a person wrote down by mistake can be taken back."""
    purposes, source = fact.purposes or (), clean_line(fact.source[:SOURCE_LIMIT], SOURCE_LIMIT * 4)[:SOURCE_LIMIT]
    if fact.channel not in CHANNELS or not purposes or not PURPOSES.keys() >= set(purposes):
        raise Refused(
            "no_such_consent", "Say which channel and which messages are meant: choose of those that there are."
        )
    if not source.strip():
        raise Refused("no_source", "Say how they told us, such as “by phone on Monday” or “paper form”.")
    granted = isinstance(fact, ConsentGiven)
    with keeping(contact.consents, by=by, at=at):
        Consent.objects.bulk_create(
            [
                Consent(contact=contact, channel=fact.channel, purpose=one, granted=granted, source=source, at=at)
                for one in purposes
            ]
        )
        told = replace(fact, source=source, purposes=list(purposes))
        announce([Announcement(fact=told, at=at, contact_id=contact.id, by=by.id if by else None)])
