"""Questions about people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, prefetch_related_objects
from django.db.models.functions import Lower

from trellis.core.text import clean_line
from trellis.people.models import LAST_HEARD, Consent, Contact, ContactPoint, PointKind, PossibleDuplicate, Tag
from trellis.people.names import MISSPELLED, resemblance

LONGEST_SEARCH = 200
FEWEST_DIGITS = 3
CANDIDATES = 100
# In what order everybody is listed: the key, and whether it goes down.
ORDERS = {"name": (Lower("name"), ""), "heard": (LAST_HEARD, "-")}


@dataclass(frozen=True, kw_only=True)
class Found:
    """Somebody who was looked for. `point` is the address that says so, where the name does not."""

    contact: Contact
    point: ContactPoint | None = None


@dataclass(frozen=True, kw_only=True)
class ContactSheet:
    """What the contact page shows of the person. `consents` holds the newest word for (channel, purpose)."""

    contact: Contact
    points: list[ContactPoint]
    tags: list[Tag]
    consents: dict[tuple[str, str], Consent]
    duplicates: list[PossibleDuplicate]

    @property
    def emails(self) -> list[ContactPoint]:
        return [point for point in self.points if point.kind == PointKind.EMAIL]

    @property
    def phones(self) -> list[ContactPoint]:
        return [point for point in self.points if point.kind == PointKind.PHONE]


def contact_sheet(contact: Contact) -> ContactSheet:
    """Everything about one person, in four reads."""
    return ContactSheet(
        contact=contact,
        points=sorted(contact.points.all(), key=_best_first),
        tags=list(contact.tags.order_by("name")),
        consents=_newest(Consent.objects.filter(contact=contact)),
        duplicates=open_duplicates(contact),
    )


def contacts_page(*, by: str, after: str, most: int) -> tuple[list[Contact], str]:
    """One page of everybody in one of the ORDERS, and where the next one starts. Two queries.

    `after` is where the page before ended; what cannot be read as such starts at the beginning.
    """
    key, sign = ORDERS[by]
    people = Contact.objects.annotate(key=key).order_by(f"{sign}key", f"{sign}pk").prefetch_related("points")
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


def nearest_name(text: str) -> Contact | None:
    """Who may have been meant by a name that nobody has: “Tasha Grear” is nearly Tasha Greer."""
    beginnings = [word[:3] for word in _words(text) if len(word) >= 3 and word.isalpha()]
    alike = Q()
    for begins in beginnings:
        alike |= Q(name__istartswith=begins) | Q(name__icontains=f" {begins}")
    candidates = Contact.objects.filter(alike).order_by("-created_at")[:CANDIDATES] if beginnings else []
    nearest = max(candidates, key=lambda contact: resemblance(text, contact.name), default=None)
    return nearest if nearest and resemblance(text, nearest.name) >= MISSPELLED else None


def open_duplicates(contact: Contact) -> list[PossibleDuplicate]:
    """Who this may be as well, from either side, undecided so far."""
    either = Q(contact=contact) | Q(other=contact)
    return list(PossibleDuplicate.objects.filter(either, settled_at=None).select_related("contact", "other"))


def contacts_at(kind: str, value: str) -> list[Contact]:
    """Everybody who uses this address, its holder first."""
    points = ContactPoint.objects.filter(kind=kind, value=value).select_related("contact")
    return [point.contact for point in sorted(points, key=lambda point: (point.held_at is None, point.created_at))]


def find_people(text: str, *, limit: int) -> list[Found]:
    """Find people by a part of their name, email address or phone number, however the number is written.

    Each word must be found somewhere. Whoever has words that begin with these, or a number that ends so, comes first;
    then the newest. Three queries at most.
    """
    words = _words(text)
    if not words:
        return []
    found = list(_who_has(words, begins=True)[:limit])
    if len(found) < limit:
        others = _who_has(words, begins=False).exclude(pk__in=[contact.pk for contact in found])
        found += others[: limit - len(found)]
    prefetch_related_objects(found, "points")
    return [Found(contact=contact, point=_why_found(contact, words)) for contact in found]


def _words(text: str) -> list[str]:
    """What to look for. A text without letters is one phone number, whatever stands between its digits."""
    words = clean_line(text[:LONGEST_SEARCH], LONGEST_SEARCH).casefold().split()
    digits = _digits("".join(words))
    return [digits] if digits else words


def _digits(word: str) -> str:
    """The digits of what may be a part of a phone number; two or fewer could be anybody's."""
    digits = "".join(mark for mark in word if mark.isdecimal())
    return digits if len(digits) >= FEWEST_DIGITS and not any(mark.isalpha() or mark == "@" for mark in word) else ""


def _who_has(words: Iterable[str], *, begins: bool) -> QuerySet[Contact]:
    people = Contact.objects.order_by("-created_at", "-pk")
    for word in words:
        people = people.filter(_begins(word) if begins else _contains(word))
    return people


def _begins(word: str) -> Q:
    named = Q(name__istartswith=word) | Q(name__icontains=f" {word}")
    found = named | _has_point(PointKind.EMAIL, value__startswith=word)
    return found | _has_point(PointKind.PHONE, value__endswith=digits) if (digits := _digits(word)) else found


def _contains(word: str) -> Q:
    found = Q(name__icontains=word) | _has_point(PointKind.EMAIL, value__contains=word)
    return found | _has_point(PointKind.PHONE, value__contains=digits) if (digits := _digits(word)) else found


def _has_point(kind: PointKind, **having: str) -> Q:
    return Q(pk__in=ContactPoint.objects.filter(kind=kind, **having).values("contact_id"))


def _why_found(contact: Contact, words: Iterable[str]) -> ContactPoint | None:
    """The address that a word is found in, unless the name says it all."""
    unnamed = [word for word in words if word not in contact.name.casefold()]
    return next((point for word in unnamed for point in contact.points.all() if _is_in(word, point)), None)


def _is_in(word: str, point: ContactPoint) -> bool:
    part = word if point.kind == PointKind.EMAIL else _digits(word)
    return bool(part) and part in point.value


def _best_first(point: ContactPoint) -> tuple[bool, bool, float]:
    """Reachable before not, their own before shared, the newest first."""
    return (point.unreachable_at is not None, point.held_at is None, -point.created_at.timestamp())


def _newest(consents: QuerySet[Consent]) -> dict[tuple[str, str], Consent]:
    return {(consent.channel, consent.purpose): consent for consent in consents.order_by("at", "id")}
