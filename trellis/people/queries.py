"""Questions about people."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from trellis.core.memory import keep
from trellis.core.questions import RowsOf, hold
from trellis.core.search import SHORTEST, Source, TextIndex
from trellis.core.text import clean_line, fold
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
    Tag,
)
from trellis.people.names import MISSPELLED, resemblance
from trellis.team.permissions import reach_of
from trellis.team.roles import Reach

LONGEST_SEARCH = 200
FEWEST_DIGITS = 3
# How many are looked at for those who are shown; and, where one word alone leads the way, at most.
CANDIDATES, FEW_ENOUGH = 20, 300
SOUGHT = TextIndex(
    "people_sought",
    (Source("people_contact", "name", "id"), Source("people_contactpoint", "value", "contact_id", is_address=True)),
)
# In what order everybody is listed: the key, and whether it goes down.
ORDERS = {"name": (Lower("name"), ""), "heard": (LAST_HEARD, "-")}


@dataclass(frozen=True, kw_only=True)
class Found:
    """Somebody who was looked for. `point` is the address that says so, where the name does not."""

    contact: Contact
    point: ContactPoint | None = None


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

    Of others who may be the same person `who` is told those whom they see.
    """
    theirs: dict[str, QuerySet[Any]] = {
        "read_points": ContactPoint.objects.filter(contact=OuterRef("pk")),
        "read_tags": Tag.objects.filter(contact_tags__contact=OuterRef("pk")).order_by("name"),
        "read_consents": Consent.objects.filter(contact=OuterRef("pk")).order_by("at", "id"),
        "read_pairs": _open_pairs(who),
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


def nearest_name(text: str, who: Any) -> Contact | None:
    """Who may have been meant by a name that nobody has: “Tasha Grear” is nearly Tasha Greer."""
    ids: list[UUID] = []
    for word in (word for word in _words(text) if len(word) >= SHORTEST and word.isalpha()):
        ids += SOUGHT.owners_with([f" {word[:SHORTEST]}"], most=FEW_ENOUGH)
    candidates = Contact.objects.genuine().visible_to(who).in_bulk(ids).values() if ids else []
    nearest = max(candidates, key=lambda contact: resemblance(text, contact.name), default=None)
    return nearest if nearest and resemblance(text, nearest.name) >= MISSPELLED else None


def rows_about(contact_ids: Collection[UUID]) -> list[QuerySet[Any]]:
    """All that is known about these people."""
    either = Q(contact__in=contact_ids) | Q(other__in=contact_ids)
    theirs = (model.objects.filter(contact__in=contact_ids) for model in (ContactPoint, ContactTag, Consent))
    return [Contact.objects.filter(pk__in=contact_ids), *theirs, PossibleDuplicate.objects.filter(either)]


def contacts_at(kind: str, value: str) -> list[Contact]:
    """Everybody who uses this address, its holder first."""
    points = ContactPoint.objects.filter(kind=kind, value=value, contact__taken_back_at=None).select_related("contact")
    return [point.contact for point in sorted(points, key=lambda point: (point.held_at is None, point.created_at))]


def find_people(text: str, *, who: Any, limit: int) -> list[Found]:
    """Find people whom `who` sees by a part of their name, email address or phone number, however that is written.

    Each word must be found somewhere. Those come first whose words begin so, or whose number ends so. Four queries,
    a few more where the words are of different kinds.
    """
    words = _words(text)
    if not words:
        return []
    if len(max(words, key=len)) == 1:
        return [Found(contact=contact) for contact in _names_beginning(" ".join(words), who, limit)]
    found = _matching(words, who, limit)
    if not found and words[0].startswith("0") and len(words) == 1:
        # A number as it is dialed at home: its zero is not part of the number that we keep.
        found = _matching([words[0].lstrip("0")], who, limit)
    return found


def _of_their_own(words: Sequence[str], who: Any) -> list[UUID]:
    """Some whom they see, where that is not everybody: among all who have these words theirs might be missed."""
    if reach_of(who, "see", "contact") == Reach.ALL:
        return []
    part = max(words, key=len)
    having = Q(name__icontains=part) | Q(points__value__contains=part)
    return list(Contact.objects.genuine().visible_to(who).filter(having).values_list("pk", flat=True)[:FEW_ENOUGH])


def _matching(words: Sequence[str], who: Any, limit: int) -> list[Found]:
    most = CANDIDATES + 3 * limit
    ids = SOUGHT.owners_with([f" {word}" for word in words], most=most)
    if len(ids) < limit:
        ids += SOUGHT.owners_with([word for word in words if len(word) >= SHORTEST], most=most)
    if len(ids) < limit and len(words) > 1:
        # One word may be in the name, the other in an address: the one that fewest people have leads the way.
        rarest = max(words, key=lambda word: (any(mark.isdecimal() or mark == "@" for mark in word), len(word)))
        ids += SOUGHT.owners_with([rarest], most=FEW_ENOUGH)
    return _who_has(words, who, [*_of_their_own(words, who), *ids])[:limit]


def _who_has(words: Sequence[str], who: Any, ids: Iterable[UUID]) -> list[Found]:
    """Of these people those who have every word: first who has words that begin so, then the newest."""
    ids = list(dict.fromkeys(ids))
    seen = Contact.objects.genuine().visible_to(who)
    known = seen.prefetch_related("points").in_bulk(ids) if ids else {}
    people = [contact for pk in ids if (contact := known.get(pk)) and all(_has(contact, word) for word in words)]
    people.sort(key=lambda contact: (contact.created_at, contact.pk), reverse=True)
    people.sort(key=lambda contact: not all(_has(contact, word, begins=True) for word in words))
    return [Found(contact=contact, point=_why_found(contact, words)) for contact in people]


def _words(text: str) -> list[str]:
    """What to look for. A text without letters is one phone number, whatever stands between its digits."""
    words = fold(clean_line(text[:LONGEST_SEARCH], LONGEST_SEARCH)).split()
    digits = _digits("".join(words))
    return [digits] if digits else [_digits(word) or word for word in words]


def _digits(word: str) -> str:
    """The digits of what may be a part of a phone number; two or fewer could be anybody's."""
    digits = "".join(mark for mark in word if mark.isdecimal())
    return digits if len(digits) >= FEWEST_DIGITS and not any(mark.isalpha() or mark == "@" for mark in word) else ""


def _names_beginning(letters: str, who: Any, limit: int) -> list[Contact]:
    """By the first letter alone, in the order of names."""
    named = (
        Contact.objects.genuine()
        .visible_to(who)
        .annotate(key=Lower("name"))
        .filter(key__gte=letters, key__lt=letters[:-1] + chr(ord(letters[-1]) + 1))
    )
    return list(named.order_by("key", "pk").prefetch_related("points")[:limit])


def _has(contact: Contact, word: str, *, begins: bool = False) -> bool:
    """Whether a word is in their name or an address of theirs; with `begins` at the start, or the end of a number."""
    if (f" {word}" if begins else word) in f" {fold(contact.name)}":
        return True
    return any(_is_in(word, point, begins=begins) for point in contact.points.all())


def _is_in(word: str, point: ContactPoint, *, begins: bool = False) -> bool:
    if not begins:
        return word in point.value
    return point.value.endswith(word) if point.kind == PointKind.PHONE else point.value.startswith(word)


def _why_found(contact: Contact, words: Sequence[str]) -> ContactPoint | None:
    """The address that a word is found in, unless the name says it all."""
    unnamed = [word for word in words if word not in fold(contact.name)]
    return next((point for word in unnamed for point in contact.points.all() if _is_in(word, point)), None)
