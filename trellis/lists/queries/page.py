"""One page of a list, from the place where the one before ended, however it is sorted.

An index sorts a million by name or age. Anything else is sorted by reading what matches, so only up to `SORTABLE`.
Where no index leads to those who match, a page looks at a stretch of everything and says where it goes on: of a million
it takes as long whatever is asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from trellis.core.conditions import fields_of
from trellis.core.few import first_of
from trellis.lists.asked import Asked
from trellis.lists.queries.cursors import Cursor, cursor_at, read_cursor
from trellis.lists.queries.matching import is_looked_for
from trellis.lists.queries.order import Ordered, Place, Sorting, in_order, sorting_asked, sorting_instead

PAGE = 50
SORTABLE = 10_000
# So many are looked at for a page at first, which most conditions fill; then so many at a time.
FIRST, STRETCH = 2_000, 10_000
# Where they must be sorted without an index, so many at most.
WHOLE = 40_000
# What was begun in such an order goes on in it while more come in, up to so many times as many.
LEEWAY = 4


@dataclass(frozen=True, kw_only=True)
class Page:
    """`after` is where the next page begins, empty on the last. `by` is the field that they stand by, as in `sort`.

    `order` is how they stand instead, where too many matched to be sorted as was asked: "in the usual order". `is_anew`
    where it was to begin at a place that is none in this order. `further` is how many there are from here on, where
    that came to light. `looks_on` where a stretch ended before the page was full.
    """

    records: Sequence[Any]
    after: str
    by: str
    order: str = ""
    is_anew: bool = False
    further: int | None = None
    looks_on: bool = False

    @property
    def is_sorted(self) -> bool:
        return not self.order


def page_of(
    asked: Asked, rows: QuerySet[Any], *, most: int, are_few: bool = False, way: QuerySet[Any] | None = None
) -> Page:
    """Of what matches. One query, one more where it is sorted without an index or few are gathered first, and one for
    each kind of related rows; two more where `way` is what the list goes through (`way_of`).
    """
    way = None if are_few else way
    cursor = read_cursor(asked.after)
    sorting = sorting_of(asked, rows, way, are_few=are_few, since=cursor)
    ordered = in_order(rows, sorting)
    along = ordered if way is None else in_order(way.filter(sorting.key.along), sorting)
    place = place_before(along, asked, sorting, cursor)
    ordered, along = ordered.beyond(place), along.beyond(place)
    if are_few:
        page = page_of_few(asked, ordered, sorting, most)
    else:
        page = page_along(asked, ordered, None if way is None else along, sorting, most)
    return replace(page, is_anew=bool(asked.after) and place is None)


def page_along(asked: Asked, ordered: Ordered, along: Ordered | None, sorting: Sorting, most: int) -> Page:
    """As they are met with along an order, be it to the end of a stretch of what the list goes through."""
    is_stretched = sorting.key.is_quick and not sorting.group and is_looked_for(asked)
    end = along.place_at(stretch_of(asked) - 1) if along and is_stretched else None
    found = list(shown_with(asked, ordered.until(end).rows if end else ordered.rows)[: most + 1])
    records, is_full = found[:most], len(found) > most
    last = ordered.place_in(records[-1]) if is_full else end
    after = cursor_at(sorting.name, last) if last else ""
    looks_on = bool(end and not is_full)
    return Page(records=records, after=after, by=sorting.by, order=sorting.instead, looks_on=looks_on)


def page_of_few(asked: Asked, ordered: Ordered, sorting: Sorting, most: int) -> Page:
    """The first ids in order, and with them how many they are; only those of this page are read as a whole."""
    places, size = first_of(ordered.rows.values_list(*ordered.names), most=most)
    ids = [pk for *_, pk in places]
    records = list(shown_with(asked, ordered.rows.model._default_manager.filter(pk__in=ids)))
    records.sort(key=lambda record: ids.index(record.pk))
    after = cursor_at(sorting.name, places[-1]) if size > most else ""
    return Page(records=records, after=after, by=sorting.by, order=sorting.instead, further=size)


def stretch_of(asked: Asked) -> int:
    """How many are looked at for this page: fewer where something is counted for each of them."""
    most = STRETCH if asked.after else FIRST
    counts = any(asked.fields[part.field or ""].annotation is not None for _, part in fields_of(asked.condition))
    return most // 10 if counts else most


def sorting_of(
    asked: Asked, rows: QuerySet[Any], way: QuerySet[Any] | None, *, are_few: bool, since: Cursor | None = None
) -> Sorting:
    """As it is asked for, unless that is too much. What was begun in another order goes on in it."""
    wanted, instead = sorting_asked(asked), sorting_instead(asked)
    if since and since.order == instead.name:
        return instead
    is_quick = wanted.key.is_quick and not wanted.group
    times = LEEWAY if since and since.order == wanted.name else 1
    return wanted if are_few or is_quick or is_sortable(rows, way, times=times) else instead


def is_sortable(rows: QuerySet[Any], way: QuerySet[Any] | None, *, times: int) -> bool:
    whole, sortable = times * WHOLE, times * SORTABLE
    if way is not None and way.order_by("pk")[whole : whole + 1].exists():
        return False
    return rows[: sortable + 1].count() <= sortable


def place_before(along: Ordered, asked: Asked, sorting: Sorting, cursor: Cursor | None) -> Place | None:
    """Where the page before ended; None where that is no place in this order."""
    if cursor:
        return cursor.place if cursor.order == sorting.name else None
    # A link from when the id alone was kept: the row is where it stands now.
    last = read_id(asked.after)
    return along.place_of(last) if last else None


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
