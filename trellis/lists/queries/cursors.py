"""Where a page of a list ended, as a text for the address of the next one and for programs.

It holds the values by which its last row stood there, so that the next page begins behind them whatever became of the
row. It is sealed: it may be sent to somebody who does not see that row, and names stand in no log of addresses.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from trellis.core.sealing import Unreadable, seal, unseal
from trellis.lists.queries.order import Place

# The longest are of names of two hundred letters that take twelve bytes each, sorted and grouped by.
LONGEST = 8_000
MARK = "place in a list"
# What JSON has no form for.
READERS: Mapping[str, Callable[[str], Any]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "UUID": UUID,
}


@dataclass(frozen=True)
class Cursor:
    """A place in one order: `order` is the `name` of the `Sorting` in which it was met with."""

    order: str
    place: Place


def cursor_at(order: str, place: Place) -> str:
    return seal([MARK, order, [_told(value) for value in place]])


def read_cursor(text: str) -> Cursor | None:
    """None where it was not made here."""
    try:
        told = unseal(text) if text else None
    except Unreadable:
        return None
    match told:
        case [mark, order, [*values]] if mark == MARK:
            return Cursor(order, [_meant(value) for value in values])
    return None


def _told(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | float) else [type(value).__name__, str(value)]


def _meant(told: Any) -> Any:
    return READERS[told[0]](told[1]) if isinstance(told, list) else told
