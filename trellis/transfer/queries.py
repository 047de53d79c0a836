"""What a file would do, and what one did."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from trellis.core.cells import csv_line
from trellis.team.queries import active_people
from trellis.transfer.actions import path_of, shape_of
from trellis.transfer.importing.batch import Batch
from trellis.transfer.importing.drafts import Reader, drafts_of, reader_for
from trellis.transfer.importing.foreseeing import Foresight, foresee
from trellis.transfer.importing.plan import NEW, WHAT_WAS_WRONG, Draft, Plan
from trellis.transfer.importing.words import in_words
from trellis.transfer.models import Import, ImportedRow
from trellis.transfer.reading.files import Row, read_rows

LOOKED_AT = 500
SHOWN, NEW_SHOWN = 50, 5


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """One row: who, what becomes of them, and what would be different; `same_as` is an earlier row about them."""

    number: int
    name: str
    did: str
    address: str = ""
    problem: str = ""
    likely: str = ""
    same_as: int = 0
    changes: Sequence[tuple[str, str, str]] = ()


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Of the first rows what they would do: `counts` of all that were looked at, `rows` the first of each kind.

    `without` says how many come in without what cannot be read of them, by the label of the field. `new` are the first
    who are new, with all that would be written of them as changes. `left_out` are the columns with something in them
    that go nowhere, by their places.
    """

    looked_at: int
    is_whole: bool
    counts: dict[str, int]
    new: Sequence[Foreseen]
    left_out: Sequence[tuple[int, str]]
    likely: int
    without: dict[str, int]
    rows: Sequence[Foreseen]
    leads: Foresight | None = None


def preview_of(imported: Import, *, at: datetime) -> Preview:
    """Nothing is written: what would be is weighed, and rolled back."""
    plan = Plan.of(imported.plan)
    known = Plan.of(plan.told() | {"columns": [plain(column) for column in plan.told()["columns"]]})
    rows = list(islice(read_rows(path_of(imported), shape_of(imported)), LOOKED_AT + 1))
    reader = reader_for(plan)
    told = {draft.number: draft for draft in drafts_of(reader, rows[:LOOKED_AT])}
    drafts = [without_new(draft) for draft in told.values()]
    with transaction.atomic():
        batch = Batch(known, drafts, stamp=imported.created_at, looks=True)
        transaction.set_rollback(True)
    found = [*foreseen(batch), *(bad(draft) for draft in drafts if draft.problem), *aside(batch)]
    return Preview(
        looked_at=len(drafts),
        is_whole=len(rows) <= LOOKED_AT,
        counts=dict(Counter(row.did for row in found)),
        new=in_full([row for row in found if row.did == "added"][:NEW_SHOWN], told, reader),
        left_out=[*left_out(imported, plan, rows)],
        likely=len(batch.likely),
        without=dict(Counter(label for draft in batch.good for label in {one.label for one in draft.unread})),
        rows=worth_seeing(found),
        leads=foresee(imported, reader_for(known), rows, at=at) if plan.begins else None,
    )


def in_full(rows: Iterable[Foreseen], told: Mapping[int, Draft], reader: Reader) -> list[Foreseen]:
    """With all that would be written."""
    colleagues = {str(person.pk): person.name for person in active_people()}
    return [
        replace(row, changes=[(label, "", value) for label, value in in_words(told[row.number], reader, colleagues)])
        for row in rows
    ]


def left_out(imported: Import, plan: Plan, rows: Sequence[Row]) -> Iterator[tuple[int, str]]:
    for place, (header, column) in enumerate(zip(imported.headers, plan.columns, strict=False)):
        is_told = header != WHAT_WAS_WRONG and any(row.cells[place].strip() for row in rows)
        if is_told and not column.target:
            yield place, header


def without_new(draft: Draft) -> Draft:
    """Whether values of fields that are not made yet can be read is told; there is nothing to compare them with."""
    return replace(draft, custom={key: value for key, value in draft.custom.items() if not key.startswith(NEW)})


def plain(column: dict[str, Any]) -> dict[str, Any]:
    """Fields that are not made yet say nothing in a preview."""
    return column | {"target": ""} if column["target"].startswith(NEW) else column


def foreseen(batch: Batch) -> Iterator[Foreseen]:
    first: dict[Any, int] = {}
    for outcome in batch.outcomes:
        draft = outcome.draft
        earlier = first.setdefault(outcome.contact.pk, draft.number)
        changes = [(label, before, after) for label, (before, after) in outcome.changes.items()]
        changes += [("new address", "", point.value) for point in outcome.points if not outcome.is_new]
        changes += [("tag", "", tag) for tag in outcome.tags if not outcome.is_new]
        yield Foreseen(
            number=draft.number,
            name=outcome.contact.name or next(iter([*draft.emails, *draft.phones]), ""),
            did="twice" if draft.number in batch.twice else outcome.did,
            address="; ".join([*draft.emails, *draft.phones]),
            problem=draft.faults,
            likely=str(batch.likely.get(draft.number, "")),
            same_as=earlier if earlier != draft.number else 0,
            changes=changes,
        )


def bad(draft: Any) -> Foreseen:
    return Foreseen(number=draft.number, name="", did="failed", problem=draft.problem)


def aside(batch: Batch) -> Iterator[Foreseen]:
    """Rows that are likely somebody, where these are set aside."""
    for draft in batch.drafts:
        if why := batch.aside.get(draft.number):
            called = draft.name or next(iter([*draft.emails, *draft.phones]), "")
            address = "; ".join([*draft.emails, *draft.phones])
            yield Foreseen(number=draft.number, name=called, did="aside", address=address, likely=str(why))


def worth_seeing(found: Sequence[Foreseen]) -> list[Foreseen]:
    """Those that fail, lack a part, may be somebody else or change come before those that are simply new."""
    order = {"failed": 0, "aside": 2, "changed": 3, "twice": 4, "added": 5, "same": 6}

    def place(row: Foreseen) -> int:
        return order[row.did] if row.did == "failed" else 1 if row.problem else 2 if row.likely else order[row.did]

    return sorted(found, key=lambda row: (place(row), row.number))[:SHOWN]


def rows_to_mend(imported: Import) -> QuerySet[ImportedRow]:
    """Those that were set aside, and those that came in without a part."""
    return ImportedRow.objects.filter(import_of=imported).exclude(problem="").order_by("number")


def failed_rows(imported: Import) -> Iterator[str]:
    """The rows that were not brought in, or not whole, as a file to mend and bring again: as they were, and why.

    Whoever opens it in a spreadsheet runs no formula that somebody put into it.
    """
    yield "\ufeff" + csv_line([*imported.headers, WHAT_WAS_WRONG])
    for row in rows_to_mend(imported).iterator(chunk_size=1000):
        yield csv_line([*(row.cells or []), f"Row {row.number}: {row.problem}"])
