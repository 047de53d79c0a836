"""Workbooks of Excel (.xlsx), read row by row: what is shown in a cell, never what a formula would come to.

openpyxl and not the much faster calamine: that one lays out the whole sheet in memory, and a single value in the last
cell of an otherwise empty sheet ends the process beyond any `except`.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from trellis.core.cells import as_it_was
from trellis.transfer.reading.kinds import BROKEN_ZIP
from trellis.transfer.reading.letters import shown
from trellis.transfer.reading.shapes import LONGEST_CELL, SAMPLE_ROWS, Format, Look, Row, Shape, Unreadable
from trellis.transfer.reading.tables import NO_ROWS, Found, Head, fitted, headed, sample_of, too_long

# What a workbook may be when unpacked. Real ones shrink to a tenth; what is made to fill a memory, to a thousandth.
MOST_BYTES = 1 << 30
MOST_SHRUNK, SHRUNK_BYTES = 200, 100 << 20
MOST_PARTS = 10_000

# What Excel shows where a formula has no value. An error is worth nothing: the cell is read as empty.
ERRORS = frozenset(
    {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!"}
)

BOMB = "This workbook would unpack to more than can be read. Save the sheet as .csv and bring that."
NO_SHEET = "This workbook has no sheet “{}”. Choose another."
NO_SHEETS = "This workbook has no sheet with cells. Save the table as .xlsx anew."
SEVERAL = "The workbook has {} sheets. This is “{}”."
WITH_ERRORS = "Some cells hold an error such as {}: they are read as empty."


@dataclass(frozen=True)
class Sheet:
    """One open sheet, and the names of all that the workbook shows."""

    cells: Any
    name: str
    names: tuple[str, ...]
    # The rows that the sheet says it has: often true, never relied upon.
    height: int | None


def look_at_workbook(path: Path, wanted: Shape | None) -> Look:
    """Raises Unreadable for what is no workbook, a bomb, or has nothing in it."""
    errors: list[str] = []
    with opened_sheet(path, wanted.sheet if wanted else "") as sheet:
        head, below = headed(found_in(sheet, errors), wanted.has_header if wanted else None)
        rows = list(islice(fitted(below, padding(head), 0), SAMPLE_ROWS))
    is_only = wanted is not None or len(sheet.names) == 1
    doubts = [] if is_only else [SEVERAL.format(len(sheet.names), sheet.name)]
    doubts += [*head.doubts, *(() if rows else (NO_ROWS,)), *(WITH_ERRORS.format(one) for one in errors)]
    return Look(
        shape=Shape(
            format=Format.XLSX, encoding="", delimiter="", quote="", sheet=sheet.name, has_header=head.is_first_row
        ),
        is_sure=is_only and (wanted is not None or head.is_sure),
        doubts=tuple(doubts),
        encodings=(),
        sheets=sheet.names,
        headers=head.names,
        sample=sample_of(iter(rows)),
        rows=len(rows) if len(rows) < SAMPLE_ROWS else rows_told(sheet, head.is_first_row),
    )


def rows_told(sheet: Sheet, has_header: bool) -> int | None:
    """What the sheet says of its size, unless that cannot be."""
    rows = (sheet.height or 0) - has_header
    return rows if rows >= SAMPLE_ROWS else None


def read_workbook_rows(path: Path, shape: Shape, skip: int) -> Iterator[Row]:
    with opened_sheet(path, shape.sheet) as sheet:
        head, below = headed(found_in(sheet, []), shape.has_header)
        yield from fitted(below, padding(head), skip)


def padding(head: Head) -> Head:
    """A row of a sheet ends with its last cell that holds anything: none is too short."""
    return replace(head, least=0)


@contextmanager
def opened_sheet(path: Path, name: str) -> Iterator[Sheet]:
    """The sheet of this name, or for none the first that is shown."""
    refuse_bombs(path)
    # Opened here, for openpyxl leaves it open where it fails.
    with path.open("rb") as file:
        with broken_is_unreadable(), warnings.catch_warnings():
            # Of styles and rules that it does not know: nothing that a cell says.
            warnings.simplefilter("ignore")
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        yield chosen_sheet(book, name)


def chosen_sheet(book: Any, name: str) -> Sheet:
    visible = [one for one in book.worksheets if one.sheet_state == "visible"] or book.worksheets
    if not visible:
        raise Unreadable("empty", NO_SHEETS)
    cells = next((one for one in book.worksheets if one.title == name), None) if name else visible[0]
    if cells is None:
        raise Unreadable("no_such_sheet", NO_SHEET.format(name))
    height = cells.max_row
    # The width that a sheet gives for itself may be that of all of Excel, and would widen each row to it.
    cells.reset_dimensions()
    return Sheet(cells, cells.title, tuple(one.title for one in visible), height)


def refuse_bombs(path: Path) -> None:
    """By the table of contents alone: Python's zip reads no part further than is told there."""
    try:
        with ZipFile(path) as archive:
            parts = archive.infolist()
    except (BadZipFile, OSError, ValueError):
        raise Unreadable("damaged", BROKEN_ZIP) from None
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    shrunk = unpacked > SHRUNK_BYTES and unpacked > MOST_SHRUNK * packed
    if unpacked > MOST_BYTES or shrunk or len(parts) > MOST_PARTS:
        raise Unreadable("too_large", BOMB)


@contextmanager
def broken_is_unreadable() -> Iterator[None]:
    """openpyxl fails in every way that Python has on a file that was written wrongly."""
    try:
        yield
    except Exception as error:
        raise Unreadable("damaged", BROKEN_ZIP) from error


def found_in(sheet: Sheet, errors: list[str]) -> Iterator[Found]:
    """The rows that hold anything. The last error that stood in a cell is told in the list."""
    for row, values in enumerate(whole_rows(sheet), 1):
        cells = [written(value) for value in values]
        for number, cell in enumerate(cells):
            if cell in ERRORS:
                errors[:] = [cell]
                cells[number] = ""
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield row, [cell[:LONGEST_CELL] for cell in cells], too_long(cells)


def whole_rows(sheet: Sheet) -> Iterator[tuple[object, ...]]:
    with broken_is_unreadable():
        yield from sheet.cells.iter_rows(values_only=True)


def written(value: object) -> str:
    """A value as text: days as in ISO 8601, numbers as short as they are, yes and no."""
    match value:
        case str():
            return as_it_was(shown(unescape(value) if "_x" in value else value))
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int():
            return str(value)
        case float():
            return f"{value:.15g}" if abs(value) >= 1e15 or value % 1 else str(int(value))
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(timespec="seconds")
        case date():
            return value.isoformat()
        case time():
            return value.isoformat(timespec="seconds" if value.second else "minutes")
        case timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    return str(value)
