"""The values that reading speaks in, and the one way it says no."""

from dataclasses import dataclass
from enum import StrEnum

from trellis.core.quick import quick
from trellis.core.refusal import Refused

# As many characters as Excel keeps in a cell, and far more columns than any export of a CRM has.
LONGEST_CELL = 32_767
MOST_COLUMNS = 1_000
SAMPLE_ROWS = 20


class Format(StrEnum):
    """The kinds of files that can be read."""

    CSV = "csv"
    XLSX = "xlsx"
    VCARD = "vcard"


class Unreadable(Refused):
    """The file as a whole cannot be read. The sentence says what it is, why, and what to do instead."""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """How a file is read: what was detected, or what a person confirmed.

    `delimiter` and `quote` are of a CSV alone ("" as quote: none is used), `sheet` of a workbook alone.
    """

    format: Format
    encoding: str
    delimiter: str
    quote: str
    sheet: str
    has_header: bool


@dataclass(frozen=True, kw_only=True)
class Look:
    """A first look at a file: what we believe, how sure we are, and what it could be instead.

    Unless it `is_sure`, a person must confirm the shape. `doubts` are sentences for them. `encodings` has the likeliest
    first. `rows` is exact for small files, else an estimate; None where it is unknown.
    """

    shape: Shape
    is_sure: bool
    doubts: tuple[str, ...]
    encodings: tuple[str, ...]
    sheets: tuple[str, ...]
    headers: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    rows: int | None


@quick
@dataclass(frozen=True, kw_only=True)
class Row:
    """One row: its number as a spreadsheet shows it, where the head is row 1 and empty rows count, or that of its card;
    as many cells as there are headers.

    `problem` is a sentence where the row itself is broken; its cells are then only what could be made out.
    """

    number: int
    cells: tuple[str, ...]
    problem: str = ""
