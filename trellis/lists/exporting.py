"""A list as a file: CSV that streams however long it is, or a workbook. Cells say what the columns of the list say.

No cell is ever a formula: what would begin one is set behind an apostrophe, in a workbook as plain text.
"""

import csv
import io
import re
import tempfile
from collections.abc import Iterator, Sequence
from typing import IO, Any

from django.db.models import QuerySet

from trellis.core.refusal import Refused
from trellis.lists.asked import Asked
from trellis.lists.queries.page import shown_with
from trellis.lists.queries.table import said

CHUNK = 1_000
MOST_IN_A_WORKBOOK = 200_000
TOO_MANY = "A workbook holds 200,000 rows here. Take it as CSV, which holds any number, or filter the list first."
# What a spreadsheet may take for the start of a formula; a number or a phone number is none.
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
NUMBER = re.compile(r"[+-]?[\d .,()/-]*\d[\d .,()/-]*")


def heads_of(asked: Asked) -> list[str]:
    return [asked.fields[name].label for name in asked.columns]


def rows_of(asked: Asked, rows: QuerySet[Any]) -> Iterator[list[str]]:
    """All of them by their ids, a thousand at a time."""
    shown, last = shown_with(asked, rows).order_by("pk"), None
    while records := list((shown.filter(pk__gt=last) if last else shown)[:CHUNK]):
        for record in records:
            yield [said(asked.fields[name], record) for name in asked.columns]
        last = records[-1].pk


def as_csv(asked: Asked, rows: QuerySet[Any]) -> Iterator[str]:
    """Lines of a CSV file as spreadsheets everywhere read it: UTF-8 with its mark, commas, CRLF."""
    yield "\ufeff" + line(heads_of(asked))
    for cells in rows_of(asked, rows):
        yield line(cells)


def line(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow([harmless(cell) for cell in cells])
    return text.getvalue()


def harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(STARTS_FORMULA) and not NUMBER.fullmatch(cell) else cell


def as_workbook(asked: Asked, rows: QuerySet[Any], *, size: int) -> IO[bytes]:
    """A workbook in a file that goes once it is closed. Refused beyond `MOST_IN_A_WORKBOOK` rows."""
    if size > MOST_IN_A_WORKBOOK:
        raise Refused("too_many", TOO_MANY)
    import xlsxwriter

    file = tempfile.TemporaryFile()  # noqa: SIM115  # Whoever sends it closes it.
    plain = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, plain | {"strings_to_numbers": False})
    sheet = book.add_worksheet(asked.listing.label)
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True})
    for place, head in enumerate(heads_of(asked)):
        sheet.write_string(0, place, head, bold)
    for number, cells in enumerate(rows_of(asked, rows), 1):
        for place, cell in enumerate(cells):
            sheet.write_string(number, place, cell[:32_767])
    book.close()
    file.seek(0)
    return file
