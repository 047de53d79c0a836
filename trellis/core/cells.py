"""Lines of a CSV file as spreadsheets everywhere read it, in which no cell is ever a formula."""

import csv
import io
import re
from collections.abc import Sequence

# What a spreadsheet may take for the start of a formula; a number or a phone number is none.
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
NUMBER = re.compile(r"[+-]?[\d .,()/-]*\d[\d .,()/-]*")


def csv_line(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow([harmless(cell) for cell in cells])
    return text.getvalue()


def harmless(cell: str) -> str:
    """With an apostrophe in front where it may be taken for a formula, or was written so already."""
    return f"'{cell}" if is_formula(cell.lstrip("'")) else cell


def as_it_was(cell: str) -> str:
    """Without what `harmless` put in front, and nothing else: other programs do the same, and mean the same."""
    return cell[1:] if cell.startswith("'") and is_formula(cell.lstrip("'")) else cell


def is_formula(cell: str) -> bool:
    return cell.startswith(STARTS_FORMULA) and not NUMBER.fullmatch(cell)
