"""One page of a list, from the place where the one before ended, however it is sorted.

An index sorts a million by name or age. Anything else is sorted by reading what matches, so only up to `SORTABLE`.
Where no index leads to those who match, a page looks at a stretch of everything and says where it goes on: of a million
it takes as long whatever is asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from trellis.core.conditions import fields_of
from trellis.core.few import first_ids
from trellis.lists.asked import Asked
from trellis.lists.queries.matching import is_looked_for
from trellis.lists.queries.order import BY_AGE, Key, Ordered, Place, group_of, in_order, key_of

PAGE = 50
SORTABLE = 10_000
# So many are looked at for a page at first, which most conditions fill; then so many at a time.
FIRST, STRETCH = 2_000, 10_000
# Where they must be sorted without an index, so many at most.
WHOLE = 40_000


@dataclass(frozen=True, kw_only=True)
class Page:
    """`after` is where the next page begins, empty on the last. `order` is how they stand instead, where too many
    matched to be sorted as was asked: "in the usual order". `further` is how many there are from here on, where that
    came to light. `looks_on` where a stretch ended before the page was full.
    """

    records: Sequence[Any]
    after: str
    order: str = ""
    further: int | None = None
    looks_on: bool = False

    @property
    def is_sorted(self) -> bool:
        return not self.order


USUAL, NEWEST = "in the usual order", "with the newest first"


def page_of(
    asked: Asked, rows: QuerySet[Any], *, most: int, are_few: bool = False, way: QuerySet[Any] | None = None
) -> Page:
    """Of what matches. Two queries, one more where it is sorted without an index or few are gathered first, and one for
    each kind of related rows; two more where `way` is what the list goes through (`way_of`).
    """
    way = None if are_few else way
    key, group, order = sorting_of(asked, rows, way, are_few=are_few)
    ordered = in_order(rows, key, goes_down=asked.goes_down, group=group)
    if are_few:
        return page_of_few(asked, ordered, most)
    along = in_order(rows if way is None else way.filter(key.along), key, goes_down=asked.goes_down, group=group)
    place = place_before(along, asked.after)
    ordered, along = ordered.beyond(place), along.beyond(place)
    is_stretched = way is not None and key.is_quick and not group and is_looked_for(asked)
    end = along.place_at(stretch_of(asked) - 1) if is_stretched else None
    wanted = ordered.until(end).rows if end else ordered.rows
    found = list(shown_with(asked, wanted)[: most + 1])
    records, is_full = found[:most], len(found) > most
    after = str(records[-1].pk) if is_full else str(end[-1]) if end else ""
    return Page(records=records, after=after, order=order, looks_on=bool(end and not is_full))


def stretch_of(asked: Asked) -> int:
    """How many are looked at for this page: fewer where something is counted for each of them."""
    most = STRETCH if asked.after else FIRST
    counts = any(asked.fields[part.field or ""].annotation is not None for _, part in fields_of(asked.condition))
    return most // 10 if counts else most


def sorting_of(
    asked: Asked, rows: QuerySet[Any], way: QuerySet[Any] | None, *, are_few: bool
) -> tuple[Key, Key | None, str]:
    """What they are sorted and grouped by, and how they stand instead where that is too much."""
    key, group = key_of(asked, asked.sorted_by), group_of(asked)
    if are_few or not (group or not key.is_quick) or is_sortable(rows, way):
        return key, group, ""
    usual = key_of(asked, asked.fields[asked.listing.start.sort.lstrip("-")])
    return (usual, None, USUAL) if usual.is_quick else (BY_AGE, None, NEWEST)


def is_sortable(rows: QuerySet[Any], way: QuerySet[Any] | None) -> bool:
    if way is not None and way.order_by("pk")[WHOLE : WHOLE + 1].exists():
        return False
    return rows[: SORTABLE + 1].count() <= SORTABLE


def place_before(along: Ordered, after: str) -> Place | None:
    """Where the page before ended; none where that is gone."""
    last = read_id(after)
    return along.place_of(last) if last else None


def page_of_few(asked: Asked, ordered: Ordered, most: int) -> Page:
    """The first ids in order, and with them how many they are; only those of this page are read as a whole."""
    wanted = ordered.beyond(place_before(ordered, asked.after)).rows
    first, size = first_ids(wanted, most=most)
    ids = [UUID(one) for one in first]
    records = list(shown_with(asked, wanted.model._default_manager.filter(pk__in=ids)))
    records.sort(key=lambda record: ids.index(record.pk))
    return Page(records=records, after=str(ids[-1]) if size > most else "", further=size)


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
