"""One page of a list, from the place where the one before ended, however it is sorted.

An index sorts a million by name or age. Anything else is sorted by reading what matches, so only up to `SORTABLE`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, NullIf

from trellis.core.among import Among
from trellis.core.condition_query import to_q
from trellis.core.conditions import Condition
from trellis.lists.asked import Asked
from trellis.people.fields import Field, columns

PAGE = 50
SORTABLE = 10_000
# So few are gathered by an index first. Any more are soon met on the way along the order of the list.
FEW, TRIES = 5_000, 2


@dataclass(frozen=True, kw_only=True)
class Page:
    """`after` is where the next page begins, empty on the last. `order` is how they stand instead, where too many
    matched to be sorted as was asked: "in the usual order". `further` is how many there are from here on, where that
    came to light.
    """

    records: Sequence[Any]
    after: str
    order: str = ""
    further: int | None = None

    @property
    def is_sorted(self) -> bool:
        return not self.order


USUAL, NEWEST = "in the usual order", "with the newest first"


def matching(asked: Asked, user: Any, at: datetime, *, verb: str = "see") -> QuerySet[Any]:
    """Everything that the condition finds, of what the verb of the user reaches. `at` is in the zone of who asks."""
    rows = asked.listing.rows(user, verb)
    return rows.filter(to_q(asked.condition, columns(asked.fields), at)) if asked.condition else rows


def few_of(asked: Asked, rows: QuerySet[Any], at: datetime) -> tuple[QuerySet[Any], bool]:
    """The same rows, and whether an index found that they are few: then nobody else is looked at.

    A query for each of the first conditions that an index knows, until one leads to few.
    """
    parts = [(asked.fields[part.field or ""].few, part.test) for part in parts_of(asked.condition)]
    for few, (test, operand) in [(few, asks) for few, asks in parts if few][:TRIES]:
        ids = few(test, operand, FEW, at)
        if ids is not None:
            return rows.filter(Among(F("pk"), ids)), True
    return rows, False


def parts_of(condition: Condition | None) -> Sequence[Condition]:
    """What must all hold."""
    if condition is None:
        return []
    test, operand = condition.test
    parts = [condition] if condition.field else operand if test == "all" else []
    return [part for part in parts if part.field]


def page_of(asked: Asked, rows: QuerySet[Any], *, most: int = PAGE, are_few: bool = False) -> Page:
    """Two queries, one more where it is sorted without an index or few are gathered first, and one for each kind of
    related rows.
    """
    key, group, order = key_of(asked, asked.sorted_by), group_of(asked), ""
    if not are_few and (group or not key.is_quick) and rows[: SORTABLE + 1].count() > SORTABLE:
        usual = key_of(asked, asked.fields[asked.listing.start.sort.lstrip("-")])
        (key, order), group = (usual, USUAL) if usual.is_quick else (BY_AGE, NEWEST), None
    ordered = in_order(rows, key, goes_down=asked.goes_down, group=group)
    wanted, further = beyond(ordered, asked, rows), None
    if are_few:
        # Their ids in order, and with them how many they are; only those of this page are read as a whole.
        written = list(wanted.annotate(written=Cast("pk", TextField())).values_list("written", flat=True))
        ids, further = [UUID(one) for one in written[: most + 1]], len(written)
        wanted = wanted.model._default_manager.filter(pk__in=ids)
        found = sorted(shown_with(asked, wanted), key=lambda record: ids.index(record.pk))
    else:
        found = list(shown_with(asked, wanted)[: most + 1])
    records = found[:most]
    return Page(records=records, after=str(records[-1].pk) if len(found) > most else "", order=order, further=further)


@dataclass(frozen=True)
class Key:
    """What rows are sorted by; `is_quick` where an index does so, and nothing is empty then."""

    order: Any
    is_quick: bool


def key_of(asked: Asked, field: Field) -> Key:
    is_quick = field.is_quick and (field.quick_where is None or is_asked(asked.condition, *field.quick_where))
    if is_quick or field.is_ranked or field.kind not in ("text", "choice"):
        return Key(field.order, is_quick)
    return Key(NullIf(field.order, Value(""), output_field=TextField()), is_quick)


# Ids are given in the order of time.
BY_AGE = Key(F("pk"), is_quick=True)


def group_of(asked: Asked) -> Key | None:
    return key_of(asked, asked.fields[asked.group]) if asked.group else None


def is_asked(condition: Condition | None, name: str, words: Collection[str]) -> bool:
    """Whether everything found has one of these words in this field."""
    return any(part.field == name and part.test[0] == "is" and part.test[1] in words for part in parts_of(condition))


@dataclass(frozen=True)
class Ordered:
    """Rows with the keys that they are sorted by, each with whether it goes down and whether it may be empty."""

    rows: QuerySet[Any]
    keys: Sequence[tuple[str, bool, bool]]


def in_order(rows: QuerySet[Any], key: Key, *, goes_down: bool, group: Key | None) -> Ordered:
    """Empty values come last, whichever way it goes."""
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


def beyond(ordered: Ordered, asked: Asked, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those after the record where the page before ended; from the beginning where it is gone."""
    last = read_id(asked.after)
    names = [name for name, _, _ in ordered.keys]
    where = ordered.rows.filter(pk=last).values_list(*names).first() if last else None
    if where is None:
        return ordered.rows
    further, same = Q(pk__in=[]), Q()
    for (name, down, _), value in zip(ordered.keys, where, strict=True):
        further |= same & past(name, value, down)
        same &= Q(**{f"{name}__isnull": True}) if value is None else Q(**{name: value})
    first, value = ordered.keys[0], where[0]
    # Said once more by itself, so that the index of the first key begins at that place.
    bound = Q(**{f"{first[0]}__{'lte' if first[1] else 'gte'}": value}) if value is not None and not first[2] else Q()
    return ordered.rows.filter(bound, further)


def past(name: str, value: Any, down: bool) -> Q:
    """Empty ones are past any value, and nothing is past the empty ones."""
    if value is None:
        return Q(pk__in=[])
    further = Q(**{f"{name}__{'lt' if down else 'gt'}": value})
    return further if name == "pk" else further | Q(**{f"{name}__isnull": True})


def shown_with(asked: Asked, rows: QuerySet[Any]) -> QuerySet[Any]:
    """With the related rows and the figures that its columns show."""
    shown = [asked.fields[name] for name in {*asked.columns, *([asked.group] if asked.group else [])}]
    told = {f"shown_{name}": asked.fields[name].annotation for name in asked.columns if asked.fields[name].annotation}
    needs = list({str(need): need for field in shown for need in field.needs}.values())
    whole: QuerySet[Any] = rows.annotate(**told).prefetch_related(*asked.listing.related, *needs)
    return whole


def read_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
