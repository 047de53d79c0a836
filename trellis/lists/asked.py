"""What an address asks of a list: condition, order, columns, grouping and page. What it does not know it ignores."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import QueryDict
from pydantic import ValidationError

from trellis.core import condition_rows
from trellis.core.conditions import Condition, faults_of
from trellis.core.day_words import Ways
from trellis.lists.listing import Listing
from trellis.lists.models import SavedView
from trellis.people.fields import Field, known_of, meant_in, row_in_words
from trellis.people.models import Segment
from trellis.people.segment_fields import segments_seen
from trellis.team.permissions import may

MOST_COLUMNS = 24
GONE = "A part of this filter cannot be asked any more: a field of it is gone. Clear it, or ask anew."
UNREADABLE = condition_rows.Asked(rows=[condition_rows.Row(fault=GONE)])


@dataclass(frozen=True, kw_only=True)
class Chip:
    """A part of the condition that is on: in words, and the query of the list without it."""

    words: str
    without: str


@dataclass(frozen=True, kw_only=True)
class Looked:
    """How many were looked at so far, of about how many, and how many of them match.

    `is_later` where the page that is looked for is not the first one.
    """

    at: int
    of: int
    met: int
    is_later: bool = False

    @property
    def query(self) -> str:
        return urlencode({"looked": self.at, "of": self.of, "met": self.met, **({"later": 1} if self.is_later else {})})


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A list as it is asked for. `rows` are those of the filter's form; `view` what it was kept as.

    `shaping` is the segment whose filter this will be, where somebody is changing it. `looked` is how far the looking
    was before this page, where it goes on. `ways` is how whoever asks writes days.
    """

    listing: Listing
    fields: Mapping[str, Field]
    rows: condition_rows.Asked
    columns: Sequence[str]
    sort: str
    group: str = ""
    after: str = ""
    view: SavedView | None = None
    shaping: Segment | None = None
    looked: Looked | None = None
    ways: Ways = condition_rows.PLAINLY

    @property
    def condition(self) -> Condition | None:
        return self.rows.condition

    @property
    def sorted_by(self) -> Field:
        return self.fields[self.sort.lstrip("-")]

    @property
    def goes_down(self) -> bool:
        return self.sort.startswith("-")

    @property
    def asks(self) -> dict[str, Any]:
        """As a view keeps it."""
        told = self.condition.model_dump(by_alias=True, exclude_none=True) if self.condition else None
        return {"condition": told, "columns": list(self.columns), "sort": self.sort, "group": self.group}

    @property
    def is_changed(self) -> bool:
        """Whether it is asked otherwise than the view that it began with."""
        return self.view is not None and self.asks != read_asks(self.listing, self.fields, self.view.asks).asks

    @cached_property
    def query(self) -> str:
        """For links to the same list."""
        return self.query_with()

    def query_with(self, **changed: Any) -> str:
        now = replace(self, **changed) if changed else self
        told: list[tuple[str, str]] = [("view", str(now.view.pk))] if now.view else []
        told += [("shaping", str(now.shaping.pk))] if now.shaping else []
        if now.rows.is_flat:
            told += condition_rows.query_of(now.rows)
        told += [("columns", ",".join(now.columns)), ("sort", now.sort)]
        told += [("group", now.group)] if now.group else []
        return urlencode(told)

    @property
    def kept_with_columns(self) -> list[tuple[str, str]]:
        """What the form of the columns keeps: everything else."""
        ours = ("columns", "group")
        name = [("columns", self.listing.name)]
        return [pair for pair in parse_qsl(self.query, keep_blank_values=True) if pair[0] not in ours] + name

    @property
    def chips(self) -> list[Chip]:
        found = self.rows.rows
        return [
            Chip(
                words=row_in_words(row, self.fields, self.ways),
                without=self.query_with(rows=again(self, [one for one in found if one is not row])),
            )
            for row in found
        ]

    @property
    def in_words(self) -> str:
        """Status is open; Place is Conway. Empty where nothing is asked."""
        if not self.rows.is_flat:
            return "a filter with groups"
        begins = {"any": "any of ", "none": "none of "}.get(self.rows.joint, "") if self.rows.rows else ""
        return begins + "; ".join(row_in_words(row, self.fields) for row in self.rows.rows)

    @property
    def board_query(self) -> str:
        """The filter for the board, which shows nothing but what is open."""
        rows = [row for row in self.rows.rows if (row.name, row.operator, row.value) != ("status", "is", "open")]
        return urlencode(condition_rows.query_of(again(self, rows if self.rows.joint == "all" else self.rows.rows)))

    @property
    def query_without(self) -> str:
        """Everything but the filter."""
        return self.query_with(rows=again(self, []))


def read_asked(given: QueryDict, listing: Listing, view: SavedView | None, user: Any, ways: Ways) -> Asked:
    """The list that an address asks for: what it does not say is as the view has it, else as the list begins."""
    fields = listing.fields(user)
    begins = read_asks(listing, fields, view.asks if view else {})
    asked = replace(begins, ways=ways, view=view, after=given.get("after", ""), looked=looked_before(given))
    if shaping := segment_shaped(given.get("shaping", ""), listing, user):
        asked = replace(asked, view=None, shaping=shaping, rows=rows_kept(shaping.condition, fields))
    if "match" in given:
        rows = condition_rows.read_query(given.getlist, known_of(fields), meant_in(fields), ways)
        asked = replace(asked, rows=rows)
    if "columns" in given:
        wanted = [name for text in given.getlist("columns") for name in text.split(",")]
        asked = replace(asked, columns=known_columns(wanted, listing, fields) or asked.columns)
    sort, group = given.get("sort", ""), given.get("group", "")
    if is_order(sort, fields):
        asked = replace(asked, sort=sort)
    if "group" in given:
        asked = replace(asked, group=group if can_group(group, fields) else "")
    return asked


def looked_before(given: QueryDict) -> Looked | None:
    told = [given.get(name, "") for name in ("looked", "of", "met")]
    if not given.get("after") or not all(re.fullmatch("[0-9]{1,9}", one) for one in told):
        return None
    at, of, met = map(int, told)
    return Looked(at=at, of=of, met=met, is_later="later" in given)


def segment_shaped(told: str, listing: Listing, user: Any) -> Segment | None:
    """The one whose filter is changed in the list of contacts, by somebody who may."""
    if not told or listing.key != "contacts" or not may(user, "change", "segment"):
        return None
    return next((segment for segment in segments_seen(user) if str(segment.pk) == told), None)


def read_asks(listing: Listing, fields: Mapping[str, Field], asks: Mapping[str, Any]) -> Asked:
    """What a view keeps, as far as its fields are still there."""
    start = listing.start
    told = asks.get("condition", start.condition)
    columns = known_columns(asks.get("columns") or start.columns, listing, fields)
    sort, group = asks.get("sort") or start.sort, asks.get("group") or ""
    return Asked(
        listing=listing,
        fields=fields,
        rows=rows_kept(told, fields),
        columns=columns,
        sort=sort if is_order(sort, fields) else start.sort,
        group=group if can_group(group, fields) else "",
    )


def rows_kept(told: Any, fields: Mapping[str, Field]) -> condition_rows.Asked:
    """A stored condition as rows; faulty, with no condition, where a field of it is gone: half of it finds others."""
    if not told:
        return condition_rows.Asked()
    try:
        condition = Condition.model_validate(told)
    except ValidationError:
        return UNREADABLE
    rows = condition_rows.rows_of(condition)
    if next(faults_of(condition, known_of(fields)), None) is None:
        return rows
    if not rows.is_flat:
        return UNREADABLE
    return condition_rows.read_rows(
        rows.joint, [(row.name, row.operator, row.value) for row in rows.rows], known_of(fields)
    )


def known_columns(wanted: Sequence[str], listing: Listing, fields: Mapping[str, Field]) -> list[str]:
    """The name always comes first: it leads to the record."""
    found = [name for name in dict.fromkeys(wanted) if name in fields and name != listing.name]
    return [listing.name, *found][:MOST_COLUMNS]


def is_order(sort: str, fields: Mapping[str, Field]) -> bool:
    name = sort.removeprefix("-")
    return name in fields and fields[name].order is not None


def can_group(name: str, fields: Mapping[str, Field]) -> bool:
    return name in fields and fields[name].order is not None and fields[name].kind in ("text", "choice", "date")


def again(asked: Asked, rows: Sequence[condition_rows.Row]) -> condition_rows.Asked:
    told = [(row.name, row.operator, row.value) for row in rows]
    return condition_rows.read_rows(asked.rows.joint, told, known_of(asked.fields))
