"""Whom somebody meant who typed a letter wrong: one too many, one too few, another, or two the wrong way round.

One such slip leaves most of a word as it is. What stands before and after the slip is looked for in the index, one way
for each place where it may be, and whoever is found so is looked at letter by letter.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q

from trellis.core.search import SHORTEST
from trellis.core.text import fold
from trellis.people.finding import COMPANIES_SOUGHT, SOUGHT, words_of
from trellis.people.models import Company, Contact, PointKind
from trellis.team.permissions import reach_of
from trellis.team.roles import Reach

# Shorter words are near too many; of longer ones the beginning is enough.
SHORTEST_SLIP, LONGEST_SLIP = 4, 11
MOST_WORDS, SHORT = 3, 6
CANDIDATES = 60
# No word of theirs.
NOT = 9

_BETWEEN = re.compile(r"[\W_]+")
# Parts that stand in a text together.
Way = list[str]


def near_people(text: str, *, who: Any, limit: int, but: Collection[UUID] = ()) -> list[Contact]:
    """People whom `who` sees and whose name, or the beginning of whose email address, is nearly that. Three queries.

    First whose words are as long as what was typed, then whose words go on; among equals the newest. `but` are those
    who were found already.
    """
    words = _slipped(text)
    ways = [way for place in range(len(words)) for way in ways_around(words, place)]
    ids = SOUGHT.owners_near(ways, most=CANDIDATES)
    seen = Contact.objects.genuine().visible_to(who)
    if ways and reach_of(who, "see", "contact") != Reach.ALL:
        # Among all who come near theirs might be missed.
        ids += seen.filter(_any_of(ways)).order_by("-pk").values_list("pk", flat=True)[:CANDIDATES]
    ids = list(dict.fromkeys(pk for pk in ids if pk not in but))
    known = seen.prefetch_related("points").in_bulk(ids) if ids else {}
    return _best(words, [(contact, _texts_of(contact)) for contact in known.values()], limit)


def near_companies(text: str, *, who: Any, limit: int, but: Collection[UUID] = ()) -> list[Company]:
    """Companies of people whom `who` sees, whose name or domain is nearly that. Two queries."""
    words = _slipped(text)
    ways = [way for place in range(len(words)) for way in ways_around(words, place)]
    ids = [pk for pk in COMPANIES_SOUGHT.owners_near(ways, most=CANDIDATES) if pk not in but]
    known = Company.objects.visible_to(who).in_bulk(ids) if ids else {}
    return _best(words, [(one, [fold(one.name), one.website.lower()]) for one in known.values()], limit)


def _slipped(text: str) -> list[str]:
    """The words, where they are few and of letters; of an email address what stands before the sign."""
    typed = [word.partition("@")[0] if "@" in word[1:] else word for word in words_of(text)]
    words = [part for word in typed for part in _BETWEEN.split(word) if part]
    is_sought = 0 < len(words) <= MOST_WORDS and any(len(word) >= SHORTEST_SLIP for word in words)
    return [word[:LONGEST_SLIP] for word in words] if is_sought and not any(map(str.isdecimal, words)) else []


def ways_around(words: Sequence[str], place: int) -> Iterator[Way]:
    """What stands in a text that has these words, but for one slip in the word at this place."""
    word = words[place]
    if len(word) < SHORTEST_SLIP:
        return
    others = [other for number, other in enumerate(words) if number != place and len(other) >= SHORTEST]
    for slip in range(len(word)):
        parts = [part for part in (word[:slip], word[slip + 1 :]) if len(part) >= SHORTEST]
        # Three letters alone stand in many texts: of a longer word, what is left elsewhere says more.
        if len(parts) > 1 or (parts and (others or len(word) <= SHORT or len(parts[0]) > SHORTEST)):
            yield [*parts, *others]
    for slip in range(len(word) - 1):
        turned = f"{word[:slip]}{word[slip + 1]}{word[slip]}{word[slip + 2 :]}"
        if turned != word:
            yield [turned, *others]


def is_slip(word: str, other: str) -> bool:
    """Whether one slip makes one word the other; not where they are the same."""
    if word == other or abs(len(word) - len(other)) > 1:
        return False
    same = 0
    while same < min(len(word), len(other)) and word[same] == other[same]:
        same += 1
    mine, theirs = word[same:], other[same:]
    if len(mine) == len(theirs):
        return mine[1:] == theirs[1:] or (mine[2:] == theirs[2:] and mine[:2] == theirs[1::-1])
    return mine[1:] == theirs if len(mine) > len(theirs) else mine == theirs[1:]


def _best[Row: (Contact, Company)](
    words: Sequence[str], known: Sequence[tuple[Row, list[str]]], limit: int
) -> list[Row]:
    ranked = [(distance, row) for row, texts in known if (distance := _distance(words, texts)) is not None]
    ranked.sort(key=lambda one: (one[1].created_at, one[1].pk), reverse=True)
    ranked.sort(key=lambda one: one[0])
    return [row for _, row in ranked[:limit]]


def _distance(words: Sequence[str], texts: Sequence[str]) -> int | None:
    """0 where each word is one of theirs, but for a slip; 1 where one of theirs only begins so. None where neither."""
    theirs = {part for text in texts for part in (text, *_BETWEEN.split(text)) if part}
    steps = [min((step for other in theirs if (step := _step(word, other)) < NOT), default=NOT) for word in words]
    return None if NOT in steps else max(steps)


def _step(word: str, other: str) -> int:
    if word == other or (len(word) >= SHORTEST_SLIP and is_slip(word, other)):
        return 0
    if other.startswith(word):
        return 1
    lengths = [len(word) + more for more in (-1, 0, 1)] if len(word) >= SHORTEST_SLIP else []
    return 1 if any(is_slip(word, other[:length]) for length in lengths if length < len(other)) else NOT


def _texts_of(contact: Contact) -> list[str]:
    emails = [point.value.partition("@")[0] for point in contact.points.all() if point.kind == PointKind.EMAIL]
    return [fold(contact.name), *emails]


def _any_of(ways: Sequence[Way]) -> Q:
    any_way = Q()
    for way in ways:
        all_parts = Q()
        for part in way:
            all_parts &= Q(name__icontains=part) | Q(points__value__contains=part)
        any_way |= all_parts
    return any_way
