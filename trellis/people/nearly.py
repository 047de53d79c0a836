"""Whom somebody meant who typed a letter wrong: one too many, one too few, another, or two the wrong way round.

One such slip leaves most of a word as it is. What stands before and after the slip is looked for in the index, one way
for each place where it may be, and whoever is found so is looked at letter by letter. Only where nobody is found,
neither as it was typed nor so, two words may have a slip each: of each its first or its last half is looked for.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import combinations, product
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
CANDIDATES = 120
# No word of theirs.
NOT = 9

_BETWEEN = re.compile(r"[\W_]+")
# Parts that stand in a text together.
Way = list[str]


def near_people(text: str, *, who: Any, limit: int, but: Collection[UUID] = ()) -> list[Contact]:
    """People whom `who` sees and whose name, or the beginning of whose email address, is nearly that. Three queries.

    First whose words are as long as what was typed, then whose words go on; among equals the newest. `but` are those
    who were found already. Three queries more where nobody is found.
    """
    return _nearest(text, but, lambda words, ways: _best(words, _people_near(ways, who, but), limit))


def near_companies(text: str, *, who: Any, limit: int, but: Collection[UUID] = ()) -> list[Company]:
    """Companies of people whom `who` sees, whose name or domain is nearly that. Two queries, or twice as many."""
    return _nearest(text, but, lambda words, ways: _best(words, _companies_near(ways, who, but), limit))


def _nearest[Row](
    text: str, but: Collection[UUID], near: Callable[[Sequence[str], Sequence[Way]], list[Row]]
) -> list[Row]:
    """Those with one slip; where nobody is found, those with two."""
    words = _slipped(text)
    found = near(words, list(_ways_around_one(words)))
    return found if found or but else near(words, list(_ways_around_two(words)))


def _people_near(ways: Sequence[Way], who: Any, but: Collection[UUID]) -> list[tuple[Contact, list[str]]]:
    ids = SOUGHT.owners_near(ways, most=CANDIDATES)
    seen = Contact.objects.genuine().visible_to(who)
    if ways and reach_of(who, "see", "contact") != Reach.ALL:
        # Among all who come near theirs might be missed.
        ids += seen.filter(_any_of(ways)).order_by("-pk").values_list("pk", flat=True)[:CANDIDATES]
    ids = list(dict.fromkeys(pk for pk in ids if pk not in but))
    known = seen.prefetch_related("points").in_bulk(ids) if ids else {}
    return [(contact, _texts_of(contact)) for contact in known.values()]


def _companies_near(ways: Sequence[Way], who: Any, but: Collection[UUID]) -> list[tuple[Company, list[str]]]:
    ids = [pk for pk in COMPANIES_SOUGHT.owners_near(ways, most=CANDIDATES) if pk not in but]
    known = Company.objects.visible_to(who).in_bulk(ids) if ids else {}
    return [(one, [fold(one.name), one.website.lower()]) for one in known.values()]


def _slipped(text: str) -> list[str]:
    """The words, where they are few and of letters; of an email address what stands before the sign."""
    typed = [word.partition("@")[0] if "@" in word[1:] else word for word in words_of(text)]
    words = [part for word in typed for part in _BETWEEN.split(word) if part]
    is_sought = 0 < len(words) <= MOST_WORDS and any(len(word) >= SHORTEST_SLIP for word in words)
    return [word[:LONGEST_SLIP] for word in words] if is_sought and not any(map(str.isdecimal, words)) else []


def _ways_around_one(words: Sequence[str]) -> Iterator[Way]:
    """What stands in a text that has these words, but for one slip in one of them."""
    for place, word in enumerate(words):
        others = [other for number, other in enumerate(words) if number != place and len(other) >= SHORTEST]
        if others and len(word) >= SHORT:
            yield from ([part.strip(), *others] for part in _left_of(word))
        elif len(word) >= SHORTEST_SLIP:
            yield from ([*parts, *others] for parts in _left_around(word, is_alone=not others))


def _left_around(word: str, *, is_alone: bool) -> Iterator[list[str]]:
    """What a slip leaves of a word, for each place where it may be."""
    for slip in range(len(word)):
        parts = [part for part in (word[:slip], word[slip + 1 :]) if len(part) >= SHORTEST]
        # Three letters alone stand in many texts: of a longer word, what is left elsewhere says more.
        if len(parts) > 1 or (parts and (not is_alone or len(word) <= SHORT or len(parts[0]) > SHORTEST)):
            yield parts
    for slip in range(len(word) - 1):
        turned = _turned(word, slip)
        if turned != word:
            yield [turned]


def _ways_around_two(words: Sequence[str]) -> Iterator[Way]:
    """What stands in a text that has these words, but for a slip in each of two of them. What few texts have first."""
    long = [place for place, word in enumerate(words) if len(word) >= SHORTEST_SLIP]
    for slipped in combinations(long, 2):
        others = [word for place, word in enumerate(words) if place not in slipped and len(word) >= SHORTEST]
        for left in product(*(_left_of(words[place]) for place in slipped)):
            yield [*left, *others]


def _left_of(word: str) -> Iterator[str]:
    """What one slip may leave of a word: all, where the two in its middle were turned, else one of its halves.

    Half a word of four letters says little: its beginning stands for it, as that is seldom wrong.
    """
    half = len(word) // 2
    yield _turned(word, half - 1)
    if len(word) - half >= SHORTEST:
        yield word[half:]
    yield f" {word[:half]}"


def _turned(word: str, place: int) -> str:
    return f"{word[:place]}{word[place + 1]}{word[place]}{word[place + 2 :]}"


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
            all_parts &= Q(name__icontains=part.strip()) | Q(points__value__contains=part.strip())
        any_way |= all_parts
    return any_way
