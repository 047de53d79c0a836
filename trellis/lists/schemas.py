"""Lists and views as the machine door shows them, and what it is asked of them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from trellis.api.fields import Named
from trellis.api.paging import MOST, Paging
from trellis.api.runs import RunOut
from trellis.core.condition_rows import fitting
from trellis.core.condition_values import Money
from trellis.core.conditions import Condition
from trellis.lists.asked import MOST_COLUMNS, Asked
from trellis.lists.models import SavedView
from trellis.lists.queries.counting import Count
from trellis.lists.queries.cursors import LONGEST
from trellis.lists.queries.page import Page
from trellis.people.fields import Field as ListField

Key = Literal["contacts", "companies", "leads", "steps"]
ColumnName = Annotated[str, Field(min_length=1, max_length=100)]
Cursor = Annotated[str, Field(max_length=LONGEST, description="`next` of the page before, in the same order")]


class ListFieldOut(BaseModel):
    """What a list may be asked, shown and sorted by. `operators` are those that a condition may have on it.

    `words` are the only ones it can be; none where any may be. A field that is not `quick` sorts up to 10,000 rows.
    """

    name: str
    label: str
    kind: str
    operators: list[str]
    words: list[str]
    sortable: bool
    quick: bool

    @classmethod
    def of(cls, name: str, field: ListField) -> Self:
        known = field.column.known
        operators = [*(word for word in fitting(known) if not word.startswith("known:")), "known"]
        return cls(
            name=name,
            label=field.label,
            kind=known.kind.value,
            operators=operators,
            words=list(known.words),
            sortable=field.order is not None,
            quick=field.is_quick,
        )


class ListOut(BaseModel):
    """A list with its fields, and how it begins."""

    key: Key
    label: str
    columns: list[str]
    sort: str
    condition: dict[str, Any] | None
    fields: list[ListFieldOut]


class ListsOut(BaseModel):
    items: list[ListOut]


class ListQuery(Paging):
    cursor: Cursor = ""
    view: UUID | None = Field(None, description="Ask what this view asks")
    columns: str | None = Field(None, max_length=2000, description="Names with commas between; all else as the view")
    sort: str | None = Field(None, max_length=100, description="A name, with - before it for the last first")
    count: bool = Field(False, description="Say how many there are: exact up to 10,000, and told where it is not")


class SearchIn(BaseModel):
    """What is asked of a list. What is not named is as the view has it, else as the list begins.

    `condition` is `{"field": "place", "is": "Conway"}`, or `all`, `any`, `none` of such; null for everything.
    """

    model_config = ConfigDict(extra="forbid")

    view: UUID | None = None
    condition: Condition | None = None
    columns: list[ColumnName] | None = Field(None, min_length=1, max_length=MOST_COLUMNS)
    sort: str | None = Field(None, max_length=100)
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    cursor: Cursor = ""
    count: bool = False


class CountOut(BaseModel):
    """How many there are. Where it is not `exact`, it is about so many; with `at_least` so many or more."""

    number: int
    exact: bool
    at_least: bool

    @classmethod
    def of(cls, count: Count) -> Self:
        return cls(number=count.number, exact=count.is_exact, at_least=count.is_least)


class RowOut(BaseModel):
    """A record by its id, with the values of the columns by their names."""

    id: UUID
    values: dict[str, Any]


class RowsOut(BaseModel):
    """One page of a list. `sorted` is false where too many matched to sort by a field without an index.

    There may be fewer than asked for, or none, while `next` is there: where no index leads to those who match, a page
    looks at a stretch of the list, and the next one goes on.
    """

    items: list[RowOut]
    next: str | None
    sorted: bool
    count: CountOut | None

    @classmethod
    def of(cls, asked: Asked, page: Page, count: Count | None) -> Self:
        return cls(
            items=[RowOut(id=record.pk, values=values_of(asked, record)) for record in page.records],
            next=page.after or None,
            sorted=page.is_sorted,
            count=CountOut.of(count) if count else None,
        )


def values_of(asked: Asked, record: Any) -> dict[str, Any]:
    return {name: as_json(asked.fields[name].read(record)) for name in asked.columns}


def as_json(value: Any) -> Any:
    """A value as JSON has it: numbers as text, so that no digit is lost."""
    match value:
        case Money():
            return {"minor": value.minor, "currency": value.currency}
        case Decimal():
            return f"{value:f}"
        case datetime() | None | bool() | int() | str():
            return value
        case date():
            return value.isoformat()
        case Sequence():
            return list(value)
    return str(value)


class ViewQuery(Paging):
    listing: Key | None = Field(None, description="Only views of this list")


class ViewOut(BaseModel):
    """A list as somebody keeps it. `shared` ones are everybody's to read, and their owner's to change."""

    id: UUID
    listing: Key
    name: str
    owner: Named
    condition: dict[str, Any] | None
    columns: list[str]
    sort: str
    group: str
    shared: bool
    pinned: bool
    first: bool
    created_at: datetime

    @classmethod
    def of(cls, view: SavedView) -> Self:
        """`view` comes with its owner."""
        asks: Mapping[str, Any] = view.asks
        return cls(
            id=view.id,
            listing=view.listing,  # type: ignore[arg-type]  # one of the lists
            name=view.name,
            owner=Named(id=view.owner.id, name=view.owner.name),
            condition=asks.get("condition"),
            columns=list(asks.get("columns") or []),
            sort=asks.get("sort") or "",
            group=asks.get("group") or "",
            shared=view.shared_at is not None,
            pinned=view.pinned_at is not None,
            first=view.first_at is not None,
            created_at=view.created_at,
        )


class AskIn(BaseModel):
    """What a view asks of its list."""

    model_config = ConfigDict(extra="forbid")

    condition: Condition | None = None
    columns: list[ColumnName] | None = Field(None, min_length=1, max_length=MOST_COLUMNS)
    sort: str | None = Field(None, max_length=100)
    group: str | None = Field(None, max_length=100)


class ViewIn(AskIn):
    """A view to keep. What is not named is as the list begins."""

    listing: Key
    name: str = Field(max_length=80)
    shared: bool = False
    pinned: bool = False
    first: bool = False


class ViewChangeIn(AskIn):
    """What is different. What is not named stays."""

    name: str | None = Field(None, max_length=80)
    shared: bool | None = None
    pinned: bool | None = None
    first: bool | None = None


class BulkIn(BaseModel):
    """What is done to many: `ids` says to which, or `condition` and `view` to all that they find.

    `tag` and `untag` need `tags`; `set` a `field` and its `value`, empty to take it out; `assign` an `owner` by id;
    `move` the key of a `stage`; `park` the `weeks` and a `reason`; `close` an `outcome` and a `reason`; `done` may have
    `then` and `then_due_at`, which are planned where no rule says what comes next; without them those stay open;
    `snooze` needs `until`.
    """

    model_config = ConfigDict(extra="forbid")

    act: Literal["tag", "untag", "set", "assign", "move", "park", "close", "done", "snooze"]
    ids: list[UUID] | None = Field(None, min_length=1, max_length=500)
    view: UUID | None = None
    condition: Condition | None = None
    tags: list[Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^,;]+$")]] = Field(
        default_factory=list, max_length=10
    )
    field: str = Field("", max_length=100)
    value: str = Field("", max_length=2000)
    owner: UUID | None = None
    stage: str = Field("", max_length=100)
    weeks: Literal[1, 4, 13, 26, 52] | None = None
    outcome: Literal["won", "lost", "done"] | None = None
    reason: str = Field("", max_length=200)
    until: AwareDatetime | None = Field(None, description="When steps are due that are snoozed")
    then: str = Field("", max_length=200)
    then_due_at: AwareDatetime | None = None
    why: str = Field("", max_length=200, description="Stands in the history of each of them, where a field is set")
    dry_run: bool = Field(False, description="Only say how many they are")

    @property
    def posted(self) -> dict[str, str]:
        """As the form of the page has it."""
        names = ("field", "value", "owner", "stage", "weeks", "outcome", "reason", "why", "then", "then_due_at")
        said = {name: str(value) for name in names if (value := getattr(self, name)) is not None}
        until = {"until": "other", "other": str(self.until)} if self.until else {}
        return said | until | {"tags": ", ".join(self.tags)}


class BulkOut(BaseModel):
    """How many are meant, and the work that does it: a few at once, more by the workers. It is undone as a whole.

    `left` are those of them that stay as they are, because it cannot be done to them; null where nobody knows yet.
    """

    count: CountOut
    left: int | None
    run: RunOut | None
