"""What tables have in common, wherever they come from: the head, and rows that are made to fit it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from trellis.transfer.reading.headers import MAYBE_NO_HEAD, NO_HEAD, has_head, named, numbered
from trellis.transfer.reading.letters import EMPTY
from trellis.transfer.reading.shapes import LONGEST_CELL, MOST_COLUMNS, SAMPLE_ROWS, Row, Unreadable

TOO_WIDE = "This file has {:,} columns, and up to {:,} can be read. Take out those that you do not need."
UNEVEN = "This row has {}, the head has {:,}."
TOO_LONG = "A cell of this row is longer than {:,} characters. Shorten it."
NARROW = "The first row has {} and most others have more. If a title stands above the column names, take it out."
NO_ROWS = "There are no rows below the column names."

# A row as it was found: its number as a spreadsheet shows it, its cells, and a sentence where it is broken.
Found = tuple[int, list[str], str]


@dataclass(frozen=True)
class Head:
    """The columns of a table. `least` cells must be there in each row: what has no name may be missing."""

    names: tuple[str, ...]
    least: int
    is_first_row: bool
    is_sure: bool
    doubts: tuple[str, ...]


def headed(rows: Iterator[Found], has_header: bool | None) -> tuple[Head, Iterator[Found]]:
    """The head and the rows below it, of which it is one. `has_header` None: to be found out.

    Raises Unreadable for a table with nothing in it, and for one with too many columns.
    """
    start = list(islice(rows, SAMPLE_ROWS + 1))
    if not start:
        raise Unreadable("empty", EMPTY)
    _, first, broken = start[0]
    told = has_head(first, [cells for _, cells, _ in start[1:]]) if has_header is None else has_header
    if told is False:
        width = max((len(cells) for _, cells, problem in start if not problem), default=len(first))
        return numbered_head(width, [NO_HEAD] if has_header is None else []), chain(start, rows)
    refuse_width(len(first))
    names, doubts = named(first)
    doubts += (broken,) if broken else ()
    doubts += (MAYBE_NO_HEAD,) if told is None else ()
    narrow = sum(len(cells) > len(first) for _, cells, _ in start[1:]) * 2 > len(start) - 1
    doubts += (NARROW.format(cells_said(len(first))),) if narrow else ()
    least = max((number for number, name in enumerate(first, 1) if name.strip()), default=0)
    return Head(names, least, True, told is not None and not broken and not narrow, doubts), chain(start[1:], rows)


def numbered_head(width: int, doubts: list[str]) -> Head:
    refuse_width(width)
    return Head(numbered(width), 0, False, not doubts, tuple(doubts))


def refuse_width(width: int) -> None:
    if width > MOST_COLUMNS:
        raise Unreadable("too_many_columns", TOO_WIDE.format(width, MOST_COLUMNS))


def fitted(found: Iterator[Found], head: Head, skip: int) -> Iterator[Row]:
    """Rows with as many cells as there are columns, each with what is wrong with it."""
    width, least = len(head.names), head.least
    for number, cells, problem in islice(found, skip, None):
        if len(cells) != width:
            cells, uneven = stretched(cells, width, least)
            problem = problem or uneven
        yield Row(number=number, cells=tuple(cells), problem=problem)


def stretched(cells: list[str], width: int, least: int) -> tuple[list[str], str]:
    there = len(cells)
    filled = max((number for number, cell in enumerate(cells, 1) if cell.strip()), default=0)
    problem = UNEVEN.format(cells_said(there), width) if filled > width or there < least else ""
    return [*cells[:width], *[""] * (width - there)], problem


def cells_said(number: int) -> str:
    return "1 cell" if number == 1 else f"{number:,} cells"


def too_long(cells: Sequence[str]) -> str:
    return TOO_LONG.format(LONGEST_CELL) if any(len(cell) > LONGEST_CELL for cell in cells) else ""


def sample_of(rows: Iterator[Row]) -> tuple[tuple[str, ...], ...]:
    return tuple(row.cells for row in islice(rows, SAMPLE_ROWS))
