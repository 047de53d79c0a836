"""Imports as the machine door shows them, and what it is told of them."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from trellis.api.fields import Named
from trellis.api.problems import Problem
from trellis.api.runs import RunOut
from trellis.journeys.publish import active_playbook, document_of
from trellis.people.custom import custom_fields
from trellis.transfer.importing.foreseeing import Beginning
from trellis.transfer.importing.plan import CUSTOM, MATCHES, NEW, NEW_KINDS, OFFERED, Column, Plan
from trellis.transfer.importing.unsaid import unsaid
from trellis.transfer.models import Import
from trellis.transfer.queries import Foreseen, Preview

SHOWN_ROWS = 5
Policy = Literal["fill", "overwrite", "keep"]
Word = Annotated[str, Field(max_length=200)]


class ShapeOut(BaseModel):
    """How the file is read. `encodings` and `sheets` are what it could be instead, the likeliest first."""

    format: Literal["csv", "xlsx", "vcard"]
    encoding: str
    delimiter: str
    quote: str
    sheet: str
    has_header: bool
    encodings: list[str]
    sheets: list[str]


class ShapeIn(BaseModel):
    """What is different from how it was understood. With nothing in it: it is right so."""

    model_config = ConfigDict(extra="forbid")

    encoding: str | None = Field(None, max_length=40)
    delimiter: str | None = Field(None, min_length=1, max_length=1)
    sheet: Word | None = None
    has_header: bool | None = None


class ColumnPlan(BaseModel):
    """Where a column goes: a field such as `email`, `custom.<key>`, `new.<kind>:<label>`, or "" to leave it out.

    Where the person has a value: `fill` keeps it, `overwrite` does not, `keep` writes to new people only.
    """

    model_config = ConfigDict(extra="forbid")

    target: Word = ""
    policy: Policy = "fill"


class ImportPlanIn(BaseModel):
    """Where each column goes, in their order, and how a row is matched: address, email, phone or custom.<key>."""

    model_config = ConfigDict(extra="forbid")

    columns: list[ColumnPlan] = Field(max_length=1000)
    match: Word = "address"
    date_order: Literal["", "ymd", "dmy", "mdy"] = Field("", description="How days are written where that is in doubt")
    decimal_comma: bool | None = Field(
        None, description="Numbers are written 1.250,50; null leaves it to the numbers, and asks where they do not tell"
    )
    likely: Literal["queue", "aside"] = Field(
        "queue", description="Who is likely here already: brought in as a possible duplicate, or set aside"
    )
    begins: Word = Field("", description="Where a lead begins for everybody: playbook/stage; empty holds the rules")

    def plan_for(self, imported: Import) -> Plan:
        """Problem 422 where it does not fit the file, or a target is none."""
        if len(self.columns) != len(imported.headers):
            raise wrong_at("columns", f"This file has {len(imported.headers)} columns: say where each of them goes.")
        known = {f"{CUSTOM}{field.key}" for field in custom_fields("contact")}
        for place, column in enumerate(self.columns):
            if not is_target(column.target, known):
                raise wrong_at(f"columns/{place}/target", f"“{column.target[:60]}” is no place for a column.")
        if self.match not in {*MATCHES, *known}:
            raise wrong_at("match", f"Rows are matched by {', '.join(MATCHES)} or custom.<key>.")
        if self.begins and not is_stage(self.begins):
            raise wrong_at("begins", f"“{self.begins[:60]}” is no stage of a playbook: write playbook/stage.")
        columns = [Column(*self.named(place, imported)) for place in range(len(self.columns))]
        return Plan(columns=columns, **self.model_dump(exclude={"columns"}))

    def named(self, place: int, imported: Import) -> tuple[str, str]:
        """A new field is called as its column, unless it says how."""
        column = self.columns[place]
        is_bare = column.target.startswith(NEW) and ":" not in column.target
        return f"{column.target}:{imported.headers[place][:80]}" if is_bare else column.target, column.policy


def is_target(target: str, custom: set[str]) -> bool:
    if target.startswith(NEW):
        return target.removeprefix(NEW).partition(":")[0] in NEW_KINDS
    return target in {"", *custom, *(one.key for one in OFFERED)}


def is_stage(begins: str) -> bool:
    key, _, stage = begins.partition("/")
    playbook = active_playbook(key)
    return playbook is not None and stage in document_of(playbook).stages


def wrong_at(place: str, sentence: str) -> Problem:
    return Problem(422, "bad_fields", sentence, errors=[{"pointer": f"#/{place}", "detail": sentence}])


class QuestionOut(BaseModel):
    """What must be answered before it can start: by `shape` or by `plan`."""

    code: Literal["in_doubt", "no_plan", "no_order", "no_decimal"]
    answer_with: Literal["shape", "plan"]
    detail: str


class ImportPlanOut(BaseModel):
    columns: list[ColumnPlan]
    match: str
    date_order: str
    decimal_comma: bool | None
    likely: str
    begins: str


class ImportOut(BaseModel):
    """A file: what was understood of it, what it asks, and how far it is.

    `counts` are rows by what became of them; `without` is how many of those came in without what could not be read.
    """

    id: UUID
    name: str
    size: int
    by: Named
    created_at: datetime
    shape: ShapeOut
    headers: list[str]
    sample: list[list[str]]
    rows: int | None
    origin: str
    plan: ImportPlanOut
    questions: list[QuestionOut]
    run: RunOut | None
    counts: dict[str, int]

    @classmethod
    def of(cls, imported: Import) -> Self:
        """`imported` comes with `by` and `run`."""
        return cls(
            id=imported.id,
            name=imported.name,
            size=imported.size,
            by=Named(id=imported.by.id, name=imported.by.name),
            created_at=imported.created_at,
            shape=ShapeOut(**imported.shape),
            headers=imported.headers,
            sample=imported.sample[:SHOWN_ROWS],
            rows=imported.rows,
            origin=imported.origin,
            plan=plan_of(imported),
            questions=list(questions_of(imported)) if imported.run is None else [],
            run=RunOut.of(imported.run) if imported.run else None,
            counts=imported.counts,
        )


def plan_of(imported: Import) -> ImportPlanOut:
    told: dict[str, Any] = Plan.of(imported.plan).told()
    return ImportPlanOut(**{name: told[name] for name in ImportPlanOut.model_fields})


def questions_of(imported: Import) -> Iterator[QuestionOut]:
    plan = Plan.of(imported.plan)
    if imported.confirmed_at is None:
        for doubt in imported.doubts or ["Say how this file is read."]:
            yield QuestionOut(code="in_doubt", answer_with="shape", detail=doubt)
    for code, detail in unsaid(imported, plan):
        yield QuestionOut(code=code, answer_with="plan", detail=detail)


class ForeseenChangeOut(BaseModel):
    field: str
    before: str
    after: str


class ForeseenOut(BaseModel):
    """What one row would do; its `number` is that of a spreadsheet.

    `problem` says why it is set aside, or what it comes in without; `likely` why they are perhaps somebody here, or
    another row.
    """

    number: int
    name: str
    did: str
    problem: str
    likely: str
    changes: list[ForeseenChangeOut]


class ForeseenMessageOut(BaseModel):
    """A message of the machine: `at` it leaves, if nobody acts where it `is_later`; or the `reason` why it does not."""

    title: str
    channel: str
    at: datetime | None
    reason: str
    is_later: bool


class ForeseenLeadOut(BaseModel):
    """A lead that would begin, with its owner and its next step."""

    name: str
    owner: str
    step: str
    due_at: datetime
    messages: list[ForeseenMessageOut]

    @classmethod
    def of(cls, beginning: Beginning) -> Self:
        told = asdict(beginning)
        return cls(messages=told.pop("says"), **told)


class PreviewOut(BaseModel):
    """What the first rows would do: `counts` of all that were looked at; of the rows first those that need a look.

    `new` are the first who are new, with all that would be written of them; `left_out` the columns that go nowhere.
    `without` says how many would come in without what cannot be read of them, by the field.

    `leads` are those that the rules would begin with the first twenty rows.
    """

    looked_at: int
    whole: bool
    counts: dict[str, int]
    without: dict[str, int]
    likely: int
    new: list[ForeseenOut]
    left_out: list[str]
    rows: list[ForeseenOut]
    leads: list[ForeseenLeadOut]

    @classmethod
    def of(cls, preview: Preview) -> Self:
        return cls(
            looked_at=preview.looked_at,
            whole=preview.is_whole,
            counts=preview.counts,
            without=preview.without,
            likely=preview.likely,
            new=[foreseen(row) for row in preview.new],
            left_out=[header for _, header in preview.left_out],
            rows=[foreseen(row) for row in preview.rows],
            leads=[ForeseenLeadOut.of(one) for one in preview.leads.beginnings] if preview.leads else [],
        )


def foreseen(row: Foreseen) -> ForeseenOut:
    changes = [ForeseenChangeOut(field=name, before=before, after=after) for name, before, after in row.changes]
    return ForeseenOut(
        number=row.number, name=row.name, did=row.did, problem=row.problem, likely=row.likely, changes=changes
    )
