"""Finding people and companies by half of what one remembers of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower

from trellis.core.questions import RowsOf, hold
from trellis.core.search import SHORTEST, Source, TextIndex
from trellis.core.text import clean_line, fold
from trellis.people.models import Company, Contact, ContactPoint, PointKind
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
COMPANIES_SOUGHT = TextIndex(
    "companies_sought",
    (
        Source("people_company", "name", "id"),
        Source("people_company", "website", "id", is_address=True, name="websites"),
    ),
)
INDEXES = (SOUGHT, COMPANIES_SOUGHT)
# How well somebody is found: by all of a name or an address, by the beginnings of words, by some part, by the company.
EXACTLY, BEGINNING, INSIDE, BY_COMPANY = range(4)


@dataclass(frozen=True, kw_only=True)
class Found:
    """Somebody who was looked for. `point` or `company` say why, where the name does not."""

    contact: Contact
    point: ContactPoint | None = None
    company: Company | None = None


def unsought() -> bool:
    """Whether an index is missing: this version searches more than the one before did."""
    return any(index.is_missing() for index in INDEXES)


def settle() -> int:
    """Let the indexes take in what is new, where that is not done as it is written. How much there was."""
    return sum(index.settle() for index in INDEXES)


def find_people(text: str, *, who: Any, limit: int) -> list[Found]:
    """Find people whom `who` sees by a part of their name, email address, phone number or company, however written.

    Each word must be found somewhere. First whose name or address is just that, then whose words begin so, or whose
    number ends so, then who has it inside, then by the company; among equals the newest. The same on either database.
    Four queries, a few more where the words are of different kinds.
    """
    words = words_of(text)
    if not words:
        return []
    if len(max(words, key=len)) == 1:
        return [Found(contact=contact) for contact in _names_beginning(" ".join(words), who, limit)]
    found = _matching(words, who, limit)
    if not found and words[0].startswith("0") and len(words) == 1:
        # A number as it is dialed at home: its zero is not part of the number that we keep.
        found = _matching([words[0].lstrip("0")], who, limit)
    return found


def find_companies(text: str, *, who: Any, limit: int) -> list[Company]:
    """Find companies whose people `who` sees by a part of their name or website, ordered like people. Two queries."""
    words = [site_of(word) for word in words_of(text)]
    if not words or len(max(words, key=len)) < SHORTEST:
        return []
    ids = companies_with(words, most=CANDIDATES + 3 * limit)
    known = Company.objects.visible_to(who).in_bulk(ids) if ids else {}
    ranked = [
        (rank, company)
        for company in known.values()
        if (rank := rank_in([fold(company.name), company.website.lower()], words)) is not None
    ]
    ranked.sort(key=lambda one: (one[1].created_at, one[1].pk), reverse=True)
    ranked.sort(key=lambda one: one[0])
    return [company for _, company in ranked[:limit]]


def companies_with(words: Sequence[str], *, most: int) -> list[UUID]:
    """Those that may have each of the words, the newest first. A word of one letter is too short to be looked for."""
    long = [word if len(word) >= SHORTEST else f" {word}" for word in words if len(word) >= SHORTEST - 1]
    return COMPANIES_SOUGHT.owners_with(long, most=most)


def words_of(text: str) -> list[str]:
    """What to look for. A text without letters is one phone number, whatever stands between its digits."""
    words = fold(clean_line(text[:LONGEST_SEARCH], LONGEST_SEARCH)).split()
    digits = _digits("".join(words))
    return [digits] if digits else [_digits(word) or word for word in words]


def site_of(word: str) -> str:
    """An address on the web as websites are compared: without what stands before the domain."""
    return word.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/") or word


def rank_in(texts: Sequence[str], words: Sequence[str]) -> int | None:
    """How well folded texts hold all the words; None where they do not."""
    if not all(any(word in text for text in texts) for word in words):
        return None
    if " ".join(words) in texts:
        return EXACTLY
    begins = all(any(f" {word}" in f" {text}" for text in texts) for word in words)
    return BEGINNING if begins else INSIDE


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


def _matching(words: Sequence[str], who: Any, limit: int) -> list[Found]:
    most = CANDIDATES + 3 * limit
    ids = SOUGHT.owners_with([f" {word}" for word in words], most=most)
    if len(ids) < limit:
        ids += SOUGHT.owners_with([word for word in words if len(word) >= SHORTEST], most=most)
    if len(ids) < limit and len(words) > 1:
        # One word may be in the name, the other in an address: the one that fewest people have leads the way.
        rarest = max(words, key=lambda word: (any(mark.isdecimal() or mark == "@" for mark in word), len(word)))
        ids += SOUGHT.owners_with([rarest], most=FEW_ENOUGH)
    if len(ids) < limit:
        ids += _of_companies(words, who, most)
    return _who_has(words, who, [*_of_their_own(words, who), *ids], limit)


def _of_companies(words: Sequence[str], who: Any, most: int) -> list[UUID]:
    """Some who belong to a company that has some of the words, where they have the others. A query a word at most."""
    ids: list[UUID] = []
    for word in {site_of(word) for word in words if len(word) >= SHORTEST}:
        companies = companies_with([word], most=CANDIDATES)
        others = Q()
        for other in words:
            if word not in other:
                others &= _has_part(other) | Q(company__name__icontains=other)
        people = Contact.objects.genuine().visible_to(who).filter(others, company__in=companies)
        ids += people.order_by("-pk").values_list("pk", flat=True)[:most] if companies else []
    return ids


def _of_their_own(words: Sequence[str], who: Any) -> list[UUID]:
    """Some whom they see, where that is not everybody: among all who have these words theirs might be missed."""
    if reach_of(who, "see", "contact") == Reach.ALL:
        return []
    mine = Contact.objects.genuine().visible_to(who).filter(_has_part(max(words, key=len)))
    return list(mine.order_by("-pk").values_list("pk", flat=True)[:FEW_ENOUGH])


def _has_part(part: str) -> Q:
    return Q(name__icontains=part) | Q(
        Exists(ContactPoint.objects.filter(contact=OuterRef("pk"), value__contains=part))
    )


def _who_has(words: Sequence[str], who: Any, ids: Iterable[UUID], limit: int) -> list[Found]:
    """Of these people those who have every word, the best first. Only those who are shown are read as a whole."""
    seen, ids = Contact.objects.genuine().visible_to(who), list(dict.fromkeys(ids))
    ranks = _ranks_of(seen, ids, words) if ids else {}
    best = sorted(ranks, key=lambda pk: ranks[pk])[:limit]
    theirs = RowsOf(ContactPoint.objects.filter(contact=OuterRef("pk")).order_by("pk"))
    known: dict[UUID, Any] = seen.select_related("company").annotate(theirs=theirs).in_bulk(best) if best else {}
    for one in known.values():
        hold(one, "points", one.theirs)
    return [
        Found(contact=one, company=one.company)
        if ranks[one.pk][0] == BY_COMPANY
        else Found(contact=one, point=_why(one, words))
        for one in (known[pk] for pk in best if pk in known)
    ]


def _ranks_of(seen: Any, ids: Sequence[UUID], words: Sequence[str]) -> dict[UUID, tuple[int, float, int]]:
    """How well each of them is found, the newest first among equals: smaller is better. One query."""
    columns = ("pk", "name", "created_at", "company__name", "company__website", "points__kind", "points__value")
    people: dict[tuple[Any, ...], list[tuple[str, str]]] = {}
    for *person, kind, value in seen.filter(pk__in=ids).values_list(*columns):
        people.setdefault(tuple(person), []).append((kind or "", value or ""))
    found = {}
    for (pk, name, since, company, website), points in people.items():
        rank = _rank_of(name, points, (company or "", website or ""), words)
        if rank is not None:
            found[pk] = rank, -since.timestamp(), -pk.int
    return found


def _rank_of(
    name: str, points: Iterable[tuple[str, str]], company: tuple[str, str], words: Sequence[str]
) -> int | None:
    texts = [fold(name)]
    for kind, value in points:
        # The end of a number is what people know of it: it counts as the beginning of a word, not as the whole.
        ends = [f"{word} " for word in words if kind == PointKind.PHONE and value.endswith(word)]
        texts += [value, *ends]
    rank = rank_in(texts, words)
    if rank is not None or not any(company):
        return rank
    texts += [fold(company[0]), company[1].lower()]
    return None if rank_in(texts, [site_of(word) for word in words]) is None else BY_COMPANY


def _why(contact: Contact, words: Sequence[str]) -> ContactPoint | None:
    """The address that a word is found in, unless the name says it all."""
    unnamed = [word for word in words if word not in fold(contact.name)]
    return next((point for word in unnamed for point in contact.points.all() if word in point.value), None)
