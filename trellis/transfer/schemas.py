"""Imports as the machine door shows them, and what it is told of them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from trellis.api.fields import Named
from trellis.api.problems import Problem
from trellis.api.runs import RunOut
from trellis.people.custom import custom_fields
from trellis.transfer.actions import needs_order
from trellis.transfer.importing.plan import CUSTOM, MATCHES, NEW, NEW_KINDS, OFFERED, Column, Plan
from trellis.transfer.models import Import
from trellis.transfer.queries import Preview

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
    decimal_comma: bool = Field(False, description="Numbers are written 1.250,50")

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


def wrong_at(place: str, sentence: str) -> Problem:
    return Problem(422, "bad_fields", sentence, errors=[{"pointer": f"#/{place}", "detail": sentence}])


class QuestionOut(BaseModel):
    """What must be answered before it can start: by `shape` or by `plan`."""

    code: Literal["in_doubt", "no_plan", "no_order"]
    answer_with: Literal["shape", "plan"]
    detail: str


class ImportPlanOut(BaseModel):
    columns: list[ColumnPlan]
    match: str
    date_order: str
    decimal_comma: bool


class ImportOut(BaseModel):
    """A file: what was understood of it, what it asks, and how far it is. `counts` are rows by what became of them."""

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
    for fault in plan.faults():
        yield QuestionOut(code="no_plan", answer_with="plan", detail=fault)
    if needs_order(imported, plan) and not plan.date_order:
        detail = "Say how its days are written: 03/04 may be in March or in April."
        yield QuestionOut(code="no_order", answer_with="plan", detail=detail)


class ForeseenChangeOut(BaseModel):
    field: str
    before: str
    after: str


class ForeseenOut(BaseModel):
    """What one row would do."""

    number: int
    name: str
    did: str
    problem: str
    changes: list[ForeseenChangeOut]


class PreviewOut(BaseModel):
    """What the first rows would do: `counts` of all that were looked at; of the rows first those that need a look."""

    looked_at: int
    whole: bool
    counts: dict[str, int]
    rows: list[ForeseenOut]

    @classmethod
    def of(cls, preview: Preview) -> Self:
        rows = [
            ForeseenOut(
                number=row.number,
                name=row.name,
                did=row.did,
                problem=row.problem,
                changes=[
                    ForeseenChangeOut(field=name, before=before, after=after) for name, before, after in row.changes
                ],
            )
            for row in preview.rows
        ]
        return cls(looked_at=preview.looked_at, whole=preview.is_whole, counts=preview.counts, rows=rows)
