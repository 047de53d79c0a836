"""A page of a list as the screen shows it: heads, rows of cells, groups and totals."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import DecimalField, QuerySet, Sum
from django.db.models.functions import Cast

from trellis.core.condition_values import Money
from trellis.core.conditions import Kind
from trellis.lists.asked import Asked, Looked
from trellis.lists.queries import page as paging
from trellis.lists.queries.counting import EXACT, Count, count, count_at_once, size_of
from trellis.lists.queries.matching import few_of, matching, way_of
from trellis.lists.queries.page import Page, page_of
from trellis.lists.queries.segments import size_known
from trellis.people.custom_values import as_text, number_text
from trellis.people.fields import Field

LOOKS = {Kind.INSTANT: "moment", Kind.MONEY: "money", Kind.NUMBER: "number", Kind.DATE: "date"}
LOOKS_OF = {"tags": "tags", "next_step": "lead", "phone": "phone", "website": "site"}
# Looks that show a value as it is.
PLAIN = frozenset({"text", "number", "date"})
# Numbers are summed as they are written, not as floating point: 0.1 and 0.2 are 0.3.
EXACTLY: Any = DecimalField(max_digits=40, decimal_places=15)
# The address at which a record's field of that name is changed in its place, empty where it cannot be.
Edits = Callable[[Any, str], str]


@dataclass(frozen=True, kw_only=True)
class Head:
    """A column: `query` sorts by it, empty where it cannot; `sorted` is ascending, descending or empty."""

    name: str
    label: str
    look: str
    query: str = ""
    sorted: str = ""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What stands in a cell, and where it is changed: empty where it cannot be.

    `look` is text, moment, due, money, number, date, tags, site, phone or lead; of what is due the value is the task.
    """

    name: str
    look: str
    value: Any
    label: str = ""
    edit: str = ""
    is_plain: bool = False


@dataclass(frozen=True, kw_only=True)
class Row:
    record: Any
    name: str
    address: str
    cells: Sequence[Cell]


@dataclass(frozen=True, kw_only=True)
class Group:
    """Rows with one value of the field by which they are grouped; `words` is empty where they are not."""

    words: str
    rows: Sequence[Row]


@dataclass(frozen=True, kw_only=True)
class Total:
    """The sum of a column over everything that matches: amounts by their currency, "" for plain numbers."""

    label: str
    sums: Sequence[tuple[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Table:
    asked: Asked
    heads: Sequence[Head]
    groups: Sequence[Group]
    page: Page
    count: Count
    totals: Sequence[Total]
    looked: Looked | None = None

    @property
    def shown(self) -> int:
        return len(self.page.records)

    @property
    def size(self) -> int:
        """How many a page shows, its earlier stretches included."""
        return self.looked.met if self.looked else self.shown

    @property
    def is_later(self) -> bool:
        """Whether other pages come before the one that its earlier stretches began."""
        return self.looked.is_later if self.looked else bool(self.asked.after)

    @property
    def goes_on(self) -> bool:
        """Whether it is looked further for this page."""
        return self.page.looks_on and self.looked is not None and self.looked.met < paging.PAGE


def table_of(asked: Asked, user: Any, at: datetime, *, edits: Edits) -> Table:
    rows, are_few = few_of(asked, matching(asked, user, at), at)
    before = asked.looked.met if asked.looked else 0
    page = page_of(asked, rows, most=max(paging.PAGE - before, 1), are_few=are_few, way=way_of(asked, user))
    looked = looked_now(asked, rows, page)
    if looked and size_known(asked, user) is None and (page.looks_on or not page.after):
        found = Count(looked.met, is_exact=not page.looks_on, is_so_far=page.looks_on)
    else:
        found = count_of(asked, rows, page, user, are_few=are_few)
    return Table(
        asked=asked,
        heads=list(heads_of(asked, page.by)),
        groups=groups_of(asked, page, edits),
        page=page,
        count=found,
        totals=totals_of(asked, rows) if found.number <= EXACT and found.is_exact and not looked else [],
        looked=looked,
    )


def looked_now(asked: Asked, rows: QuerySet[Any], page: Page) -> Looked | None:
    """How far the looking is, while it goes on and when it came to an end; none of a page that is simply there."""
    before = asked.looked
    if before is None and not page.looks_on:
        return None
    if before is None:
        before = Looked(at=0, of=size_of(rows), met=0, is_later=bool(asked.after))
    at = min(before.at + paging.stretch_of(asked), before.of) if page.after else before.of
    return replace(before, at=at, met=before.met + len(page.records))


def count_of(asked: Asked, rows: QuerySet[Any], page: Page, user: Any, *, are_few: bool) -> Count:
    """One query at most, and none where the page says it."""
    known = size_known(asked, user)
    if known is not None:
        return Count(known)
    if not asked.after and (page.further is not None or not page.after):
        return Count(len(page.records) if page.further is None else page.further)
    if are_few or asked.condition is None:
        return count(rows, is_narrowed=asked.condition is not None)
    return count_at_once(rows, shown=len(page.records))


def heads_of(asked: Asked, by: str) -> Iterator[Head]:
    """`by` is what they are sorted by indeed, which is something else where too many matched for what was asked."""
    goes_down = by.startswith("-")
    for name in asked.columns:
        field, is_here = asked.fields[name], by.lstrip("-") == name
        down = goes_down if is_here else field.kind not in (Kind.INSTANT, Kind.MONEY, Kind.NUMBER)
        yield Head(
            name=name,
            label=field.label,
            look=look_of(name, field),
            query=asked.query_with(sort=name if down else f"-{name}", after="") if field.order is not None else "",
            sorted=("descending" if goes_down else "ascending") if is_here else "",
        )


def groups_of(asked: Asked, page: Page, edits: Edits) -> list[Group]:
    if not asked.group or not page.is_sorted:
        return [Group(words="", rows=[row_of(asked, record, edits) for record in page.records])]
    field = asked.fields[asked.group]
    return [
        Group(words=words or f"No {field.label.lower()}", rows=[row_of(asked, record, edits) for record in same])
        for words, same in groupby(page.records, key=lambda record: said(field, record))
    ]


def row_of(asked: Asked, record: Any, edits: Edits) -> Row:
    name = asked.fields[asked.listing.name]
    return Row(
        record=record,
        name=said(name, record) or "Without a name",
        address=asked.listing.address(record),
        cells=[cell_of(column, asked.fields[column], record, edits) for column in asked.columns[1:]],
    )


def cell_of(name: str, field: Field, record: Any, edits: Edits) -> Cell:
    promised = field.promised(record) if field.promised else None
    look = "due" if promised else look_of(name, field)
    match look:
        case "due":
            value: Any = promised
        case "tags":
            value = sorted(record.tags.all(), key=lambda tag: tag.name)
        case "moment" | "money":
            value = field.read(record)
        case _:
            value = said(field, record)
    edit = edits(record, name)
    return Cell(name=name, look=look, value=value, label=field.label, edit=edit, is_plain=look in PLAIN)


def look_of(name: str, field: Field) -> str:
    if field.custom:
        return "site" if field.custom.kind == "link" else LOOKS.get(field.kind, "text")
    return LOOKS_OF.get(name) or LOOKS.get(field.kind, "text")


def said(field: Field, record: Any) -> str:
    """As a file has it too."""
    if field.say:
        return field.say(record)
    value = field.read(record)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, Money):
        return as_text("money", {"minor": value.minor, "currency": value.currency})
    if isinstance(value, tuple):
        return "; ".join(value)
    return "" if value is None else str(value)


def totals_of(asked: Asked, rows: QuerySet[Any]) -> list[Total]:
    """One query for each column of amounts that is shown; none where there are none."""
    found = []
    for name in asked.columns:
        field = asked.fields[name]
        if field.kind not in (Kind.MONEY, Kind.NUMBER) or field.annotation is not None:
            continue
        currency = field.column.currency
        values = rows.order_by().annotate(counted=field.column.value)
        if currency is None:
            exact = values.aggregate(sum=Sum(Cast("counted", EXACTLY)))["sum"]
            summed = [("", None if exact is None else number_text(exact))]
        else:
            each = values.annotate(coin=currency).exclude(counted=None).values("coin")
            summed = list(each.annotate(sum=Sum("counted")).values_list("coin", "sum").order_by("coin"))
        found.append(Total(label=field.label, sums=[(coin, amount) for coin, amount in summed if amount is not None]))
    return [total for total in found if total.sums]
