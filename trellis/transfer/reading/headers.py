"""The row of column names: whether there is one, and names that are neither empty nor there twice."""

import re
from collections.abc import Container, Sequence
from itertools import count

from trellis.transfer.reading.meanings import is_known
from trellis.transfer.reading.values import is_date, is_email, is_number, is_phone

UNNAMED = "Without a name: they are called {} here."
TWICE = "There are {} columns “{}”: they are called {} here."
MOST_TOLD = 5
NO_HEAD = "The first row looks like a person, not like column names: the columns are numbered."
MAYBE_NO_HEAD = "The first row is taken for column names. If it is a person, say so."


def named(first: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Unique names for columns, and in sentences what was changed."""
    theirs = [re.sub(r"\s+", " ", name).strip() for name in first]
    names: dict[str, str] = {}
    for number, name in enumerate(theirs, 1):
        names[free_name(name, number, names, theirs)] = name
    called: dict[str, list[str]] = {}
    for given, name in names.items():
        called.setdefault(name, []).append(given)
    doubts = [UNNAMED.format(told(called[""]))] if "" in called else []
    twice = [(name, given) for name, given in called.items() if name and len(given) > 1]
    doubts += [TWICE.format(len(given), name, told(given)) for name, given in twice[:MOST_TOLD]]
    return tuple(names), tuple(doubts)


def free_name(name: str, number: int, taken: Container[str], theirs: Sequence[str]) -> str:
    """The name itself, if no column before has it; else the first number after it that makes it another."""
    wish = name or f"Column {number}"
    if wish not in taken and (name or wish not in theirs):
        return wish
    return next(free for more in count(2) if (free := f"{wish} ({more})") not in taken and free not in theirs)


def told(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_TOLD} more" if len(names) > MOST_TOLD else ""
    return ", ".join(f"“{name}”" for name in names[:MOST_TOLD]) + more


def numbered(width: int) -> tuple[str, ...]:
    return tuple(f"Column {number}" for number in range(1, width + 1))


def has_head(first: Sequence[str], rows: Sequence[Sequence[str]]) -> bool | None:
    """Whether the first row names columns; None where nothing tells."""
    filled = [cell for cell in first if cell.strip()]
    if any(is_email(cell) or is_phone(cell) or is_date(cell) for cell in filled):
        return False
    if any(is_known(cell) for cell in filled):
        return True
    if filled and sum(map(is_number, filled)) * 2 >= len(filled):
        return False
    return True if not rows or any(differs(first, rows)) else None


def differs(first: Sequence[str], rows: Sequence[Sequence[str]]) -> list[bool]:
    """Of each column, whether what stands below its first cell has a form that the first cell has not."""
    columns = zip(*[row for row in rows if len(row) == len(first)], strict=False)
    return [
        any(all(map(form, filled)) and not form(name) for form in (is_email, is_phone, is_date, is_number))
        for name, column in zip(first, columns, strict=False)
        if (filled := [cell for cell in column if cell.strip()])
    ]
