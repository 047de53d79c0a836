"""Questions about people."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from trellis.core.literal import Literal
from trellis.core.memory import keep
from trellis.core.questions import RowsOf, hold
from trellis.core.text import clean_line
from trellis.events.models import Event
from trellis.people.addresses import best_first
from trellis.people.custom import custom_rows
from trellis.people.models import (
    LAST_HEARD,
    Consent,
    Contact,
    ContactPoint,
    ContactTag,
    PointKind,
    PossibleDuplicate,
    Segment,
    Tag,
)
from trellis.people.segment_fields import sees_segment

# In what order everybody is listed: the key, and whether it goes down.
ORDERS = {"name": (Lower("name"), ""), "heard": (LAST_HEARD, "-")}


@dataclass(frozen=True, kw_only=True)
class Alike:
    """Somebody else who may be the same person, undecided so far, and why."""

    pk: UUID
    name: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ContactSheet:
    """What the contact page shows of the person. `words` are all that they said of what we may send, in order."""

    contact: Contact
    points: list[ContactPoint]
    tags: list[Tag]
    words: list[Consent]
    duplicates: list[Alike]
    segments: list[Segment]

    @property
    def consents(self) -> dict[tuple[str, str], Consent]:
        """The newest word for (channel, purpose)."""
        return {(word.channel, word.purpose): word for word in self.words}

    @property
    def emails(self) -> list[ContactPoint]:
        return [point for point in self.points if point.kind == PointKind.EMAIL]

    @property
    def phones(self) -> list[ContactPoint]:
        return [point for point in self.points if point.kind == PointKind.PHONE]


def contact_sheet(contact: Contact, who: Any) -> ContactSheet:
    """Everything about one person, in one read; the contact has its points from then on.

    Of others who may be the same person, and of segments, `who` is told those whom they see.
    """
    theirs: dict[str, QuerySet[Any]] = {
        "read_points": ContactPoint.objects.filter(contact=OuterRef("pk")),
        "read_tags": Tag.objects.filter(contact_tags__contact=OuterRef("pk")).order_by("name"),
        "read_consents": Consent.objects.filter(contact=OuterRef("pk")).order_by("at", "id"),
        "read_pairs": _open_pairs(who),
        "read_segments": Segment.objects.live().filter(members__contact=OuterRef("pk")).order_by("name"),
        "read_custom": custom_rows(),
    }
    found: Any = Contact.objects.annotate(**{name: RowsOf(rows) for name, rows in theirs.items()}).get(pk=contact.pk)
    hold(contact, "points", found.read_points)
    keep("people.custom", lambda: found.read_custom)
    return ContactSheet(
        contact=contact,
        points=sorted(found.read_points, key=best_first),
        tags=found.read_tags,
        words=found.read_consents,
        duplicates=[_alike(pair, contact) for pair in found.read_pairs],
        segments=[segment for segment in found.read_segments if sees_segment(who, segment)],
    )


def contact_now(contact_id: UUID) -> Contact | None:
    """The contact with this id, or the one into whom it was merged. A merge leads all before it to its survivor."""
    contact = Contact.objects.select_related("merged_into").filter(pk=contact_id).first()
    return contact.merged_into or contact if contact else None


def _open_pairs(who: Any) -> QuerySet[PossibleDuplicate]:
    """From either side, of those who are both still there and both seen."""
    either = Q(contact=OuterRef("pk")) | Q(other=OuterRef("pk"))
    pairs = PossibleDuplicate.objects.open().of_living().seen_by(who).filter(either)
    pairs = pairs.order_by("-per_mille", "found_at", "id")
    return pairs.annotate(contact_name=F("contact__name"), other_name=F("other__name"))


def _alike(pair: Any, contact: Contact) -> Alike:
    if pair.other_id == contact.pk:
        return Alike(pk=pair.contact_id, name=pair.contact_name, reason=pair.reason)
    return Alike(pk=pair.other_id, name=pair.other_name, reason=pair.reason)


def contacts_page(*, who: Any, by: str, after: str, most: int) -> tuple[list[Contact], str]:
    """One page of everybody whom `who` sees in one of the ORDERS, and where the next one starts. Two queries.

    `after` is where the page before ended; what cannot be read as such starts at the beginning.
    """
    key, sign = ORDERS[by]
    seen = Contact.objects.genuine().visible_to(who)
    people = seen.annotate(key=key).order_by(f"{sign}key", f"{sign}pk").prefetch_related("points")
    if place := _read_place(after, by):
        last, pk = place
        beyond = "lt" if sign else "gt"
        people = people.filter(Q(**{f"key__{beyond}": last}) | Q(**{f"pk__{beyond}": pk}), **{f"key__{beyond}e": last})
    found: list[Any] = list(people[: most + 1])
    page = found[:most]
    if len(found) <= most:
        return page, ""
    last = page[-1].key
    return page, f"{last.isoformat() if isinstance(last, datetime) else last}~{page[-1].pk}"


def _read_place(text: str, by: str) -> tuple[Any, UUID] | None:
    key, _, pk = text.rpartition("~")
    try:
        last = datetime.fromisoformat(key.replace(" ", "+")) if by == "heard" else clean_line(key, len(key))
        return None if isinstance(last, datetime) and last.tzinfo is None else (last, UUID(pk))
    except ValueError:
        return None


def rows_about(contact_ids: Collection[UUID]) -> list[QuerySet[Any]]:
    """All that is known about these people."""
    either = Q(contact__in=contact_ids) | Q(other__in=contact_ids)
    theirs = (model.objects.filter(contact__in=contact_ids) for model in (ContactPoint, ContactTag, Consent))
    return [Contact.objects.filter(pk__in=contact_ids), *theirs, PossibleDuplicate.objects.filter(either)]


def contacts_at(kind: str, value: str) -> list[Contact]:
    """Everybody who uses this address, its holder first."""
    points = ContactPoint.objects.filter(kind=kind, value=value, contact__taken_back_at=None).select_related("contact")
    return [point.contact for point in sorted(points, key=lambda point: (point.held_at is None, point.created_at))]


def tag_names(most: int = 1000) -> list[str]:
    """Every tag there is, by name."""
    return list(Tag.objects.order_by("name").values_list("name", flat=True)[:most])


def tags_to_offer(contact: Contact, typed: str, most: int = 20) -> list[str]:
    """Of the tags that a contact does not wear those in which this is, by name."""
    others = Tag.objects.exclude(contact_tags__contact=contact).filter(small__contains=typed.lower())
    return list(others.order_by("name").values_list("name", flat=True)[:most])


def added_by(people: Collection[UUID]) -> QuerySet[Event]:
    """By which contacts are theirs: that these people of ours wrote them down, one by one and not from a file."""
    added: QuerySet[Event] = Event.objects.filter(key=Literal("contact.added"), by__isnull=False, run=None)
    return added.filter(by__in=people, contact_id__isnull=False)
