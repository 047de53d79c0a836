"""Text files with a row a line: CSV and what is called so."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TextIO

from trellis.core.cells import as_it_was
from trellis.transfer.reading.dialects import Dialect, dialect_of, named_delimiter, reader_options, whole_lines
from trellis.transfer.reading.letters import (
    EMPTY,
    UNKNOWN,
    UNKNOWN_OR_ZERO,
    Letters,
    letters_of,
    opened,
    refuse_binary,
    shown,
)
from trellis.transfer.reading.lines import LONGEST_LINE, Tape
from trellis.transfer.reading.shapes import LONGEST_CELL, SAMPLE_ROWS, Format, Look, Row, Shape, Unreadable
from trellis.transfer.reading.tables import NO_ROWS, Found, fitted, headed, sample_of, too_long

SAMPLE_LETTERS = 1 << 16
# Files up to this size are counted row by row when they are looked at.
COUNTED_BYTES = 4 << 20
MEASURED_ROWS = 5_000

UNCLOSED = "A quotation mark opens in this row and never closes. Close it, or write it twice if it belongs to the text."
STRAY_QUOTE = "A quotation mark stands within a cell of this row. Write it twice where it belongs to the text."
LONG_LINE = "This row is longer than {:,} characters. Shorten it."
FOREIGN = "This row has letters that are not {}. Save the file anew as “CSV UTF-8”, or choose another encoding."
ZERO = "This row has a zero byte in it, which is no letter. Take it out."

# What `csv` gives up at: several times what a cell may hold, so that a long cell is told from a lost quotation mark.
csv.field_size_limit(LONGEST_LINE // 4)


def look_at_text(path: Path, wanted: Shape | None) -> Look:
    """Raises Unreadable for a file that is empty or no text."""
    letters = letters_of(path)
    encoding = wanted.encoding if wanted else letters.encoding
    with opened(path, encoding) as text:
        sample = text.read(SAMPLE_LETTERS)
    refuse_binary(sample)
    if not sample.strip():
        raise Unreadable("empty", EMPTY)
    dialect = Dialect(wanted.delimiter, wanted.quote) if wanted else dialect_of(whole_lines(sample))
    return looked_at(path, encoding, letters, dialect, wanted)


def looked_at(path: Path, encoding: str, letters: Letters, dialect: Dialect, wanted: Shape | None) -> Look:
    shape = Shape(
        format=Format.CSV,
        encoding=encoding,
        delimiter=dialect.delimiter,
        quote=dialect.quote,
        sheet="",
        has_header=wanted.has_header if wanted else True,
    )
    with opened(path, encoding) as text:
        head, below = headed(found_in(text, shape), wanted.has_header if wanted else None)
        rows = list(islice(fitted(below, head, 0), SAMPLE_ROWS))
    count = count_of(path, shape, head.is_first_row)
    foreign = tuple(row.problem for row in rows if row.problem == FOREIGN.format(encoding))[:1]
    return Look(
        shape=replace(shape, has_header=head.is_first_row),
        is_sure=not foreign if wanted else letters.is_sure and dialect.is_sure and head.is_sure,
        doubts=(*(foreign if wanted else letters.doubts), *dialect.doubts, *head.doubts, *(() if rows else (NO_ROWS,))),
        encodings=tuple(dict.fromkeys((encoding, *letters.candidates))),
        sheets=(),
        headers=head.names,
        sample=sample_of(iter(rows)),
        rows=count,
    )


def count_of(path: Path, shape: Shape, has_header: bool) -> int:
    """The rows of a small file; of a large one an estimate, by how long its first rows are."""
    size = path.stat().st_size
    with opened(path, shape.encoding) as text:
        if size <= COUNTED_BYTES:
            return max(0, sum(1 for _ in found_in(text, shape)) - has_header)
        rows = sum(1 for _ in islice(found_in(text, shape), MEASURED_ROWS))
        return max(0, round(size * rows / max(1, text.buffer.tell())) - has_header)


def read_text_rows(path: Path, shape: Shape, skip: int) -> Iterator[Row]:
    with opened(path, shape.encoding) as text:
        head, below = headed(found_in(text, shape), shape.has_header)
        yield from fitted(below, head, skip)


def found_in(text: TextIO, shape: Shape) -> Iterator[Found]:
    return records(Tape(text), shape)


def records(tape: Tape, shape: Shape) -> Iterator[Found]:
    """Every row that holds anything, whole or broken. A broken one costs no other row.

    A spreadsheet does not show the line that names the delimiter, and takes a cell of several lines for one row.
    """
    reader = csv.reader(tape, **reader_options(shape.delimiter, shape.quote))  # type: ignore[arg-type]
    is_first, number = True, 0
    while True:
        tape.start_row()
        try:
            cells = next(reader)
            problem = ""
        except StopIteration:
            return
        except csv.Error as error:
            problem = told(error, tape)
            tape.go_back()
            cells = tape.row[0].rstrip("\r\n").split(shape.delimiter)
        if is_first and named_delimiter(tape.row[0]):
            is_first = False
            continue
        is_first = False
        number += 1
        if problem or any(cells):
            yield (number, *checked(cells, problem, tape, shape))


def told(error: csv.Error, tape: Tape) -> str:
    """What is wrong with a row that `csv` gave up at, in a sentence."""
    if len(tape.row) == 1 and "field larger" in str(error):
        return too_long(tape.row)
    return STRAY_QUOTE if "expected after" in str(error) and len(tape.row) == 1 else UNCLOSED


def checked(cells: list[str], problem: str, tape: Tape, shape: Shape) -> tuple[list[str], str]:
    """The row with what is wrong with its letters, and without what cannot be kept."""
    line = tape.row[0] if len(tape.row) == 1 else "".join(tape.row)
    if "\0" in line or (not line.isascii() and UNKNOWN_OR_ZERO.search(line)):
        problem = problem or (FOREIGN.format(shape.encoding) if UNKNOWN in line else ZERO)
        cells = [shown(cell) for cell in cells]
    if "'" in line:
        cells = list(map(as_it_was, cells))
    if tape.was_cut:
        problem = LONG_LINE.format(LONGEST_LINE)
    if len(line) > LONGEST_CELL:
        problem = problem or too_long(cells)
        cells = [cell[:LONGEST_CELL] for cell in cells]
    return cells, problem
