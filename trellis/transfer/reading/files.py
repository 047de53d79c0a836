"""Files of contacts: a first look at one, and its rows. The one door to all that is in this room about files."""

from collections.abc import Iterator
from pathlib import Path

from trellis.transfer.reading.delimited import look_at_text, read_text_rows
from trellis.transfer.reading.kinds import format_of
from trellis.transfer.reading.shapes import Format, Look, Row, Shape, Unreadable
from trellis.transfer.reading.vcards import look_at_cards, read_card_rows
from trellis.transfer.reading.workbooks import look_at_workbook, read_workbook_rows

__all__ = ["Format", "Look", "Row", "Shape", "Unreadable", "look_at", "read_rows"]

LOOKS = {Format.CSV: look_at_text, Format.XLSX: look_at_workbook, Format.VCARD: look_at_cards}
READERS = {Format.CSV: read_text_rows, Format.XLSX: read_workbook_rows, Format.VCARD: read_card_rows}

OTHER_FORMAT = "This file is no {}. Bring the file that was looked at."


def look_at(path: Path, *, wanted: Shape | None = None) -> Look:
    """What a file is, and its first rows, as detected or as `wanted` has it. Raises Unreadable."""
    refuse_other_format(path, wanted)
    return LOOKS[format_of(path)](path, wanted)


def read_rows(path: Path, shape: Shape, *, skip: int = 0) -> Iterator[Row]:
    """The rows of a file one by one, without the first `skip`, which were dealt with before.

    Raises Unreadable where the file is not what its shape says or ends in the middle.
    """
    refuse_other_format(path, shape)
    yield from READERS[shape.format](path, shape, skip)


def refuse_other_format(path: Path, shape: Shape | None) -> None:
    if shape and format_of(path) is not shape.format:
        raise Unreadable("other_format", OTHER_FORMAT.format(shape.format))
