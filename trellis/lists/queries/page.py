"""One page of a list, from the place where the one before ended, however it is sorted.

An index sorts a million by name or age. Anything else is sorted by reading what matches, so only up to `SORTABLE`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.functions import NullIf

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
    """`after` is where the next page begins, empty on the last. `is_sorted` is False where too many matched to sort."""

    records: Sequence[Any]
    after: str
    is_sorted: bool = True


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
            return rows.filter(pk__in=ids), True
    return rows, False


def parts_of(condition: Condition | None) -> Sequence[Condition]:
    """What must all hold."""
    if condition is None:
        return []
    test, operand = condition.test
    parts = [condition] if condition.field else operand if test == "all" else []
    return [part for part in parts if part.field]


def page_of(asked: Asked, rows: QuerySet[Any], *, most: int = PAGE, are_few: bool = False) -> Page:
    """Two queries, one more where it is sorted without an index, and one for each kind of related rows."""
    field, is_sorted = asked.sorted_by, True
    is_quick = are_few or (field.is_quick and not asked.group)
    if not is_quick and rows[: SORTABLE + 1].count() > SORTABLE:
        is_sorted, field = False, asked.fields[asked.listing.start.sort.lstrip("-")]
    ordered = in_order(rows, field, goes_down=asked.goes_down, group=grouped_by(asked) if is_sorted else None)
    found = list(shown_with(asked, beyond(ordered, asked, rows))[: most + 1])
    records = found[:most]
    return Page(records=records, after=str(records[-1].pk) if len(found) > most else "", is_sorted=is_sorted)


def grouped_by(asked: Asked) -> Field | None:
    return asked.fields[asked.group] if asked.group else None


@dataclass(frozen=True)
class Ordered:
    """Rows with the keys that they are sorted by, each with whether it goes down and whether it may be empty."""

    rows: QuerySet[Any]
    keys: Sequence[tuple[str, bool, bool]]


def in_order(rows: QuerySet[Any], field: Field, *, goes_down: bool, group: Field | None) -> Ordered:
    """Empty values come last, whichever way it goes."""
    keys = [("sorted_by", goes_down, not field.is_quick)]
    rows = rows.annotate(sorted_by=key_of(field))
    if group:
        rows, keys = rows.annotate(grouped_by=key_of(group)), [("grouped_by", False, True), *keys]
    order: list[Any] = []
    for name, down, may_be_empty in keys:
        key = F(name)
        if may_be_empty:
            order.append(key.desc(nulls_last=True) if down else key.asc(nulls_last=True))
        else:
            order.append(key.desc() if down else key.asc())
    return Ordered(rows.order_by(*order, "-pk" if goes_down else "pk"), [*keys, ("pk", goes_down, False)])


def key_of(field: Field) -> Any:
    if field.is_quick:
        return field.order
    is_text = field.kind in ("text", "choice")
    return NullIf(field.order, Value(""), output_field=TextField()) if is_text else field.order


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
