"""A list as a file: CSV that streams however long it is, or a workbook. Cells say what the columns of the list say.

No cell is ever a formula: what would begin one is set behind an apostrophe, in a workbook as plain text.
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import IO, Any

from django.db.models import QuerySet

from trellis.core.cells import csv_line
from trellis.core.refusal import Refused
from trellis.lists.asked import Asked
from trellis.lists.queries.order import Sorting, in_order
from trellis.lists.queries.page import shown_with
from trellis.lists.queries.table import said

# The cells of some rows.
Batch = Sequence[Sequence[str]]
CHUNK = 1_000
MOST_IN_A_WORKBOOK = 200_000
TOO_MANY = "A workbook holds 200,000 rows here. Take it as CSV, which holds any number, or filter the list first."


def heads_of(asked: Asked) -> list[str]:
    return [asked.fields[name].label for name in asked.columns]


def rows_of(asked: Asked, rows: QuerySet[Any], sorting: Sorting) -> Iterator[Batch]:
    """All of them in this order, a thousand at a time; one empty batch where there are none."""
    ordered = in_order(rows, sorting)
    place = None
    while True:
        records = list(shown_with(asked, ordered.beyond(place).rows)[:CHUNK])
        yield [[said(asked.fields[name], record) for name in asked.columns] for record in records]
        if len(records) < CHUNK:
            return
        place = ordered.place_in(records[-1])


def as_csv(asked: Asked, batches: Iterable[Batch]) -> Iterator[str]:
    """A CSV file as spreadsheets everywhere read it: UTF-8 with its mark, commas, CRLF."""
    head = "\ufeff" + csv_line(heads_of(asked))
    for batch in batches:
        yield head + "".join(map(csv_line, batch))
        head = ""


def as_workbook(asked: Asked, batches: Iterable[Batch], *, size: int) -> tuple[IO[bytes], int]:
    """A workbook in a file that goes once it is closed, and its rows. Refused beyond `MOST_IN_A_WORKBOOK` of them."""
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
    number = 0
    for number, cells in enumerate(chain.from_iterable(batches), 1):
        for place, cell in enumerate(cells):
            sheet.write_string(number, place, cell[:32_767])
    book.close()
    file.seek(0)
    return file, number
