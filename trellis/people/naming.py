"""Filters and titles that colleagues keep and that name a person: found, and with the name taken out."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain, count
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.text import slugify

from trellis.core.conditions import GROUPS, Kind, Known
from trellis.people.fields import known_of
from trellis.people.holdings import ERASED, Person
from trellis.people.models import Segment
from trellis.people.segment_fields import FIELD, askable
from trellis.team.models import Run

# Of a name of one word it is not known whether a place or a product is called so, unless a name is asked for.
NAMES = frozenset(("name", "contact.name", "contact"))
# What of a person each of these fields is: a part of it that nobody else has is the person as well.
PARTS = {**dict.fromkeys(NAMES, "name"), "email": "email", "phone": "phone"}
# Given a field and a word that it is compared with, whether that word is the person.
IsThem = Callable[[str, str], bool]


def told_by(person: Person, known: Mapping[str, Known], *, of_people: bool = True) -> IsThem:
    """A word that is chosen from others is one of ours, whoever bears it too; a company's name is not a person's."""
    parts = PARTS if of_people else {}

    def is_them(name: str, word: str) -> bool:
        kind = known[name].kind if name in known else Kind.TEXT
        if kind not in (Kind.TEXT, Kind.TEXTS):
            return False
        is_part = name in parts and person.is_alone_with(parts[name], word.strip())
        return is_part or person.is_called(word, by_one_word=name in NAMES)

    return is_them


def comparisons(told: Any) -> Iterator[tuple[str, str]]:
    """Each field of a stored condition with each word that it is compared with."""
    for name, value in (told or {}).items():
        if name in GROUPS:
            yield from chain.from_iterable(comparisons(part) for part in value)
        elif name != "field":
            yield from ((told["field"], word) for word in words_of(value))


def words_of(value: Any) -> list[str]:
    return [word for word in (value if isinstance(value, list) else [value]) if isinstance(word, str)]


def names(told: Any, is_them: IsThem) -> bool:
    return any(is_them(*compared) for compared in comparisons(told))


def without(told: Any, is_them: IsThem) -> Any:
    """The condition without each comparison with them; None where nothing is left to ask."""
    if not names(told, is_them):
        return told
    if group := next((group for group in GROUPS if group in told), None):
        parts = [part for part in (without(part, is_them) for part in told[group]) if part]
        return {group: parts} if parts else None
    operator, value = next(pair for pair in told.items() if pair[0] != "field")
    others = [word for word in words_of(value) if not is_them(told["field"], word)]
    return told | {operator: others} if others else None


def with_nobody(told: Any, is_them: IsThem) -> Any:
    """The condition with a word in their place that nobody is called by: whom it finds beside them stays the same."""
    return with_words(told, lambda name, word: ERASED if is_them(name, word) else word)


def renamed(told: Any, keys: Mapping[str, str]) -> Any:
    """The condition with other keys for these segments."""
    return with_words(told, lambda name, word: keys.get(word, word) if name == FIELD else word)


def with_words(told: Any, said: Callable[[str, str], str]) -> Any:
    """The condition with what `said` makes of each field and each word that it is compared with."""
    if not told:
        return told
    if group := next((group for group in GROUPS if group in told), None):
        return {group: [with_words(part, said) for part in told[group]]}

    def again(value: Any) -> Any:
        if isinstance(value, list):
            return [again(word) for word in value]
        return said(told["field"], value) if isinstance(value, str) else value

    return {operator: value if operator == "field" else again(value) for operator, value in told.items()}


def free(taken: Collection[str]) -> str:
    """What something may be called whose title named them."""
    words = chain([ERASED], (f"{ERASED} {number}" for number in count(2)))
    return next(word for word in words if word.lower() not in taken)


def segments_naming(person: Person) -> QuerySet[Segment]:
    """By their filter or by what they are called, those too that were removed."""
    return Segment.objects.filter(pk__in=[*asking_for(person), *titles_of_segments(person)])


def asking_for(person: Person) -> list[UUID]:
    is_them = told_by(person, known_of(askable()))
    return [segment.pk for segment in Segment.objects.all() if names(segment.condition, is_them)]


def titles_of_segments(person: Person) -> dict[UUID, tuple[str, str]]:
    """What the segments that are called by them are called from then on, and what filters call these."""
    every = list(Segment.objects.order_by("pk"))
    taken = {word for segment in every for word in (segment.name.lower(), segment.key.replace("-", " "))}
    found = {}
    for segment in every:
        if person.is_titled(segment.name) or person.is_titled(segment.key.replace("-", " ")):
            title = free(taken)
            taken.add(title.lower())
            found[segment.pk] = title, slugify(title)
    return found


def keys_of_segments(person: Person) -> dict[str, str]:
    """What filters call these segments now, and from then on."""
    titles = titles_of_segments(person)
    found = Segment.objects.filter(pk__in=titles).values_list("pk", "key")
    return {key: titles[pk][1] for pk, key in found}


def name_of_segment(segment: Segment, person: Person) -> str:
    return titles_of_segments(person).get(segment.pk, (segment.name, ""))[0]


def key_of_segment(segment: Segment, person: Person) -> str:
    return titles_of_segments(person).get(segment.pk, ("", segment.key))[1]


def condition_of_segment(segment: Segment, person: Person) -> Any:
    """Nobody comes in who was not found before: what is sent to a segment must not reach others."""
    return with_nobody(segment.condition, told_by(person, known_of(askable())))


def runs_asking_for(person: Person) -> list[UUID]:
    """Changes of all that a filter found which names them."""
    asked: Iterable[tuple[UUID, str, Any]] = Run.objects.values_list("pk", "given__listing", "given__asks__condition")
    return [
        pk for pk, listing, told in asked if told and names(told, told_by(person, {}, of_people=listing != "companies"))
    ]


def spelled_in(column: str, person: Person) -> Q:
    """That a column of JSON has a name of theirs of several words in it, also as programs write its letters."""
    wanted = Q(pk__in=[])
    for name in person.full_names:
        for spelling in {name, json.dumps(name)[1:-1]}:
            wanted |= Q(**{f"{column}__icontains": spelling})
    return wanted
