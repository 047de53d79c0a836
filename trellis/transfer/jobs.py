"""An import step by step: some rows in one transaction, so that nobody waits for it and nothing is read twice."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched, islice
from time import perf_counter
from uuid import UUID

from django.db import transaction

from trellis.core.collector import collecting_rarely
from trellis.core.memory import forget
from trellis.core.rows import insert_rows
from trellis.core.turns import take_turns
from trellis.people.identity import turn_of_company, turns_at
from trellis.people.keyed import keep_key_indexes
from trellis.team.models import Run, RunPart
from trellis.team.permissions import can_import
from trellis.team.runs import Kind, end_run, hold
from trellis.transfer.actions import forget_file, kept_files, path_of, shape_of
from trellis.transfer.importing.batch import Batch
from trellis.transfer.importing.drafts import Reader, drafts_of, reader_for
from trellis.transfer.importing.plan import ASIDE, Draft, Plan
from trellis.transfer.importing.taking_back import retire_made, take_back_rows
from trellis.transfer.importing.writing import Made, write_batch
from trellis.transfer.models import DID, Import
from trellis.transfer.reading.files import read_rows
from trellis.transfer.reading.shapes import Row

BATCH, FEWEST = 500, 20
# So long a step may hold the database, in seconds; it is given as many rows as took so long the last time.
HOLDS = 0.07
# So many rows are taken back in one transaction at most.
BACK_AT_ONCE = 200
# How long a file is kept that was never started, or whose import was ended before it was through.
LEFT = timedelta(days=7)


@dataclass
class Open:
    """A file that this process reads on, and how many rows are behind it: opening it anew would read them again.

    `at_once` is how many rows come next.
    """

    rows: Iterator[Row]
    read: int
    reader: Reader
    at_once: int

    def pace(self, rows: int, took: float) -> None:
        """How many rows are one transaction from now on, after so many took so many seconds."""
        self.at_once = min(most_at_once(self.reader.plan), max(FEWEST, int(rows * HOLDS / took)))


_open: dict[UUID, Open] = {}


@collecting_rarely()
def step(run: Run, at: datetime) -> None:
    imported = Import.objects.select_related("by").get(pk=run.given["import"])
    file = opened(imported, run.done)
    try:
        bring_in(run, imported, file, at)
    except BaseException:
        # The rows that were read are not behind it: whoever carries on opens the file where the last step ended.
        _open.pop(imported.pk, None)
        raise


def bring_in(run: Run, imported: Import, file: Open, at: datetime) -> None:
    rows = list(islice(file.rows, file.at_once))
    drafts = drafts_of(file.reader, rows)
    began = perf_counter()
    with transaction.atomic():
        if not hold(run):
            _open.pop(imported.pk, None)
            return
        if not rows:
            _open.pop(imported.pk, None)
            transaction.on_commit(lambda: forget_file(imported))
            run.total = run.done
            end_run(run, said_of(imported), at=at)
            return
        take_turns(turn for draft in drafts for turn in turns_of(draft))
        batch = Batch(file.reader.plan, drafts, stamp=imported.created_at)
        counted, made = write_batch(imported, batch, {row.number: row.cells for row in rows}, at=at)
        insert_rows(parts_of(run, [row.number for row in rows], made))
        run.done += len(rows)
        run.failed += counted["failed"] + counted["aside"]
        run.save(update_fields=["done", "failed"])
        imported.counts = dict(Counter(imported.counts) + counted)
        imported.save(update_fields=["counts"])
    file.pace(len(rows), perf_counter() - began)
    file.read = run.done


def parts_of(run: Run, numbers: Sequence[int], made: Made) -> list[RunPart]:
    """A step as it is taken back, some rows at once, from the last: what it made beside people goes with the first."""
    return [
        RunPart(
            run=run, number=run.done + 1 + place * BACK_AT_ONCE, rows=[some[0], some[-1], *([] if place else [made])]
        )
        for place, some in enumerate(batched(numbers, BACK_AT_ONCE))
    ]


def turns_of(draft: Draft) -> Iterator[str]:
    """What to take turns by for a row: whoever it is about, and their company."""
    yield from turns_at(draft.addresses)
    if company := draft.values.get("company"):
        yield turn_of_company("name", company)


def most_at_once(plan: Plan) -> int:
    """How many rows are one transaction at most. A journey is as much work as 20 rows."""
    return BATCH // 25 if plan.begins else BATCH // 4 if plan.likely == ASIDE else BATCH


def opened(imported: Import, done: int) -> Open:
    """The file at the row that comes next."""
    file = _open.get(imported.pk)
    if file is None or file.read != done:
        # Its fields may have been made a moment ago, in another process.
        forget()
        keep_key_indexes()
        rows = read_rows(path_of(imported), shape_of(imported), skip=done)
        reader = reader_for(Plan.of(imported.plan))
        file = _open[imported.pk] = Open(rows, done, reader, most_at_once(reader.plan))
    return file


def forget_left(at: datetime) -> int:
    """Files that were looked at and left lie go, with what they say of people, and those of imports that ended before
    they were through and cannot go on; how many were left lying.
    """
    for imported in Import.objects.filter(pk__in=kept_files(), run__ended_at__lte=at - LEFT, run__attempts=0):
        forget_file(imported)
    left = list(Import.objects.filter(run=None, imported_rows=None, created_at__lte=at - LEFT))
    for imported in left:
        forget_file(imported)
        imported.delete()
    return len(left)


def said_of(imported: Import) -> str:
    """12 added, 3 changed, 1 as it was."""
    words = [f"{imported.counts[did]:,} {label.lower()}" for did, label in DID.items() if imported.counts.get(did)]
    return f"{', '.join(words)}." if words else "There was nothing in it."


def undo(run: Run, part: RunPart, at: datetime) -> int:
    """The rows of one step; how many people stay, because something happened with them since."""
    imported = Import.objects.get(run=run)
    stay = take_back_rows(imported, part.rows, by=run.undone_by.by, at=at)
    if run.parts.count() == 1:
        retire_made(imported, by=run.undone_by.by, at=at)
    return stay


def stops(run: Run) -> str:
    if run.by.is_active and can_import(run.by):
        return ""
    rows = f"{run.done:,} row{'s' * (run.done != 1)}"
    return (
        f"{run.by.name} may no longer import: stopped after {rows}. What came in stays. Once they may again, it can go "
        "on or be taken back under Work."
    )


IMPORT = Kind(step=step, undo=undo, stops=stops)
