"""What each column is: by the program the file comes from, by its name, by what stands in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from trellis.transfer.reading.meanings import (
    LABELS,
    NEXT,
    TARGETS,
    Origin,
    Target,
    is_refusal,
    meaning_of,
    origins,
    plain,
    tags_of,
)
from trellis.transfer.reading.values import is_email, is_phone

__all__ = ["TARGETS", "Suggestion", "Target", "suggest", "tags_of"]

# So many names that only one program uses say that the file is of that program.
ENOUGH_MARKS = 2

BY_NAME = "the header says so"
BY_ORIGIN = "{} calls it so"
BY_CELLS = "{} of {} look like {}"
NOTHING = "nothing says what it is"
TAKEN = "“{}” is already taken from another column"
REFUSAL = "it says who must not be written to: that is the opposite of consent"

FORMS: tuple[tuple[str, str, Callable[[str], bool]], ...] = (
    ("email", "email addresses", is_email),
    ("phone", "phone numbers", is_phone),
)


@dataclass(frozen=True)
class Suggestion:
    """Where a column, counted from 0, should go: the key of a target, or "" to leave it out."""

    column: int
    target: str
    why: str


@dataclass(frozen=True)
class Claim:
    """One column's wish for a target. The smallest `rank` gets it."""

    column: int
    target: str
    why: str
    rank: tuple[bool, int, int, int]


def suggest(headers: Sequence[str], sample: Sequence[Sequence[str]]) -> tuple[str, list[Suggestion]]:
    """The program that wrote the file ("" where none is recognized), and a suggestion for every column.

    No target is suggested twice: a second email or phone goes to the next of its kind, all else is left out.
    """
    origin = origin_of(headers)
    claims = [claim(number, header, column_of(sample, number), origin) for number, header in enumerate(headers)]
    given: dict[str, int] = {}
    suggestions = [settle(one, given) for one in sorted(claims, key=lambda one: one.rank)]
    return origin.name if origin else "", sorted(suggestions, key=lambda one: one.column)


def origin_of(headers: Sequence[str]) -> Origin | None:
    found = set(headers)
    names = {plain(header) for header in headers}
    best = max(origins(), key=lambda one: (len(one.marks & found), len(one.columns.keys() & names)))
    return best if len(best.marks & found) >= ENOUGH_MARKS else None


def column_of(sample: Sequence[Sequence[str]], number: int) -> list[str]:
    """What stands in a column, empty cells left out."""
    return [cell for row in sample if number < len(row) and (cell := row[number].strip())]


def claim(number: int, header: str, cells: list[str], origin: Origin | None) -> Claim:
    """What a column wishes to be. Columns that hold anything go first, then those whose name is sure."""

    def wish(target: str, why: str, sureness: int, place: int = 0) -> Claim:
        return Claim(number, target, why, (not cells, sureness, place, number))

    if is_refusal(header):
        return wish("", REFUSAL, 0)
    names = origin.columns if origin else {}
    if origin and (name := plain(header)) in names:
        return wish(names[name], BY_ORIGIN.format(origin.name), 0, list(names).index(name))
    if (meaning := meaning_of(header)) is not None:
        return wish(meaning, BY_NAME, 1)
    for target, plural, has_form in FORMS:
        fitting = sum(map(has_form, cells))
        if fitting and fitting * 10 >= len(cells) * 6:
            return wish(target, BY_CELLS.format(fitting, len(cells), plural), 2)
    return wish("", NOTHING, 3)


def settle(wish: Claim, given: dict[str, int]) -> Suggestion:
    """Give a column what it wishes, or the next of its kind that is still free."""
    target = wish.target
    while target in given and target in NEXT:
        target = NEXT[target]
    if not target:
        return Suggestion(wish.column, "", wish.why)
    if target in given:
        return Suggestion(wish.column, "", TAKEN.format(LABELS[wish.target]))
    given[target] = wish.column
    return Suggestion(wish.column, target, wish.why)
