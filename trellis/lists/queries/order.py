"""The order of a list: what it is sorted by, where a page begins, and how far it looks."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self
from uuid import UUID

from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.functions import Left, NullIf
from django.db.models.lookups import Exact

from trellis.lists.asked import Asked
from trellis.lists.queries.matching import asks_for
from trellis.people.fields import Field


@dataclass(frozen=True)
class Key:
    """What rows are sorted by; `is_quick` where an index does so, and nothing is empty then.

    `along` is what all of them meet, where it is the index of a part.
    """

    order: Any
    is_quick: bool
    along: Q = field(default_factory=Q)


# Ids are given in the order of time.
BY_AGE = Key(F("pk"), is_quick=True)
# By so many letters texts are told apart where no index sorts them: a place in the list holds no more of one.
LETTERS = 100


def key_of(asked: Asked, by: Field) -> Key:
    if by.is_quick and by.quick_where and (asks := asks_for(asked.condition, *by.quick_where)):
        (_, word), column = asks.test, asked.fields[asks.field or ""].column
        return Key(by.order, is_quick=True, along=Q(Exact(column.value, Value(word))))
    is_quick = by.is_quick and by.quick_where is None
    if is_quick or by.is_ranked or by.kind not in ("text", "choice"):
        return Key(by.order, is_quick)
    text = by.order if is_quick else Left(by.order, LETTERS)
    return Key(NullIf(text, Value(""), output_field=TextField()), is_quick)


def group_of(asked: Asked) -> Key | None:
    return key_of(asked, asked.fields[asked.group]) if asked.group else None


@dataclass(frozen=True, kw_only=True)
class Sorting:
    """What a list is sorted and grouped by: `by` names the field as `sort` does, `wanted` is what was asked for.

    `instead` says how it stands where too many match for that: "in the usual order".
    """

    key: Key
    group: Key | None = None
    by: str
    wanted: str
    instead: str = ""

    @property
    def name(self) -> str:
        """By which a place in it is known to be one of this order."""
        return f"{self.wanted} {self.instead}".rstrip()

    @property
    def goes_down(self) -> bool:
        return self.by.startswith("-")


USUAL, NEWEST = "in the usual order", "with the newest first"


def sorting_asked(asked: Asked) -> Sorting:
    wanted = f"{asked.sort} {asked.group}"
    return Sorting(key=key_of(asked, asked.sorted_by), group=group_of(asked), by=asked.sort, wanted=wanted)


def sorting_instead(asked: Asked) -> Sorting:
    """Along an index, however many match."""
    wanted, by = f"{asked.sort} {asked.group}", asked.listing.start.sort
    usual = key_of(asked, asked.fields[by.lstrip("-")])
    if usual.is_quick:
        return Sorting(key=usual, by=by, wanted=wanted, instead=USUAL)
    return Sorting(key=BY_AGE, by="", wanted=wanted, instead=NEWEST)


# The values of one record by which it stands where it stands.
Place = Sequence[Any]


@dataclass(frozen=True)
class Ordered:
    """Rows with the keys that they are sorted by, each with whether it goes down and whether it may be empty."""

    rows: QuerySet[Any]
    keys: Sequence[tuple[str, bool, bool]]

    @property
    def names(self) -> Sequence[str]:
        """Of the keys, the last of which is the id."""
        return [name for name, _, _ in self.keys]

    def place_of(self, pk: UUID) -> Place | None:
        """The keys of one of them."""
        return self.rows.filter(pk=pk).values_list(*self.names).first()

    def place_in(self, record: Any) -> Place:
        """The keys of one of them that was read with them."""
        return [getattr(record, name) for name in self.names]

    def place_at(self, number: int) -> Place | None:
        """The keys of the one that is about so far from the beginning; None where the end comes first.

        Counted along the first key alone: an index leads there, and need not know in which order equal ones stand.
        """
        name, down, _ = self.keys[0]
        return self.rows.order_by(f"-{name}" if down else name).values_list(*self.names)[number : number + 1].first()

    def beyond(self, place: Place | None) -> Self:
        """Those after this place; all where there is none."""
        if place is None:
            return self
        further, same = Q(pk__in=[]), Q()
        for (name, down, _), value in zip(self.keys, place, strict=True):
            further |= same & past(name, value, down)
            same &= Q(**{f"{name}__isnull": True}) if value is None else Q(**{name: value})
        return replace(self, rows=self.rows.filter(self._bound(place[0], is_end=False), further))

    def until(self, place: Place) -> Self:
        """Those up to this place, itself included. Nothing of which it is sorted is empty."""
        before, same = Q(pk__in=[]), Q()
        for (name, down, _), value in zip(self.keys, place, strict=True):
            before |= same & Q(**{f"{name}__{'gt' if down else 'lt'}": value})
            same &= Q(**{name: value})
        return replace(self, rows=self.rows.filter(self._bound(place[0], is_end=True), before | same))

    def _bound(self, value: Any, *, is_end: bool) -> Q:
        """Said once more of the first key by itself, so that its index begins or ends at that place."""
        name, down, may_be_empty = self.keys[0]
        way = "lte" if down != is_end else "gte"
        return Q(**{f"{name}__{way}": value}) if value is not None and not may_be_empty else Q()


def in_order(rows: QuerySet[Any], sorting: Sorting) -> Ordered:
    """Empty values come last, whichever way it goes."""
    key, group, goes_down = sorting.key, sorting.group, sorting.goes_down
    if key is BY_AGE:
        return Ordered(rows.order_by("-pk"), [("pk", True, False)])
    keys = [("sorted_by", goes_down, not key.is_quick)]
    rows = rows.annotate(sorted_by=key.order)
    if group:
        rows, keys = rows.annotate(grouped_by=group.order), [("grouped_by", False, True), *keys]
    order: list[Any] = []
    for name, down, may_be_empty in keys:
        column = F(name)
        if may_be_empty:
            order.append(column.desc(nulls_last=True) if down else column.asc(nulls_last=True))
        else:
            order.append(column.desc() if down else column.asc())
    return Ordered(rows.order_by(*order, "-pk" if goes_down else "pk"), [*keys, ("pk", goes_down, False)])


def past(name: str, value: Any, down: bool) -> Q:
    """Empty ones are past any value, and nothing is past the empty ones."""
    if value is None:
        return Q(pk__in=[])
    further = Q(**{f"{name}__{'lt' if down else 'gt'}": value})
    return further if name == "pk" else further | Q(**{f"{name}__isnull": True})
