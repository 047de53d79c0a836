"""A condition as rows that a person fills in: what is asked, how it is compared, and with what. Pure."""

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from trellis.core.conditions import ALLOWED, WORDS, Condition, Kind, Known, wrong_word
from trellis.core.day_words import Ways, days_written

MOST_ROWS = 20
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_UNITS = {"minute": (1, "m"), "hour": (1, "h"), **{unit: (days, "d") for unit, days in _DAYS.items()}}
_SPAN = re.compile(
    rf"(?P<ahead>in )?(?:(?P<number>\d{{1,4}})|an?|one) ?(?P<unit>{'|'.join(_UNITS)})s?(?P<ago> ago)?", re.IGNORECASE
)
JOINTS = {"all": "all of these hold", "any": "at least one of these holds", "none": "none of these holds"}
KNOWN = {"known:yes": "is known", "known:no": "is not known"}
COMPARED = {
    "is": "is",
    "is_not": "is not",
    "one_of": "is one of",
    "none_of": "is none of",
    "contains": "contains",
    "more_than": "is more than",
    "less_than": "is less than",
    "at_least": "is at least",
    "at_most": "is at most",
    "before": "is before",
    "after": "is after",
}
SEVERAL = ("one_of", "none_of")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One question about a field; `fault` says what mends it."""

    name: str = ""
    operator: str = "is"
    value: str = ""
    fault: str = ""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The rows as they were filled in, and the condition that they make; none where nothing is asked or any is faulty.

    `is_flat` is False for a condition with groups within groups, which rows cannot show: it is kept as it is.
    """

    joint: str = "all"
    rows: Sequence[Row] = field(default_factory=list)
    condition: Condition | None = None
    is_flat: bool = True

    @property
    def is_faulty(self) -> bool:
        return any(row.fault for row in self.rows)


# Given a field and a word, the word as the field has it: people write names, and small letters.
Meant = Callable[[str, str], str]
PLAINLY = Ways()


def read_rows(
    joint: str,
    filled: Sequence[tuple[str, str, str]],
    known: Mapping[str, Known],
    meant: Meant | None = None,
    ways: Ways = PLAINLY,
) -> Asked:
    """What rows of a form ask. Empty rows ask nothing; one that cannot be asked has its fault, and the others wait.

    `ways` is how whoever fills them in writes days.
    """
    joint = joint if joint in JOINTS else "all"
    told = [(name, how, as_meant(name, how, value.strip(), known, meant, ways)) for name, how, value in filled]
    rows = [checked(name, operator, value, known) for name, operator, value in told if name]
    if not rows or any(row.fault for row in rows):
        return Asked(joint=joint, rows=rows)
    parts = [part_of(row.name, row.operator, row.value) for row in rows]
    asked = parts[0] if len(parts) == 1 and joint != "none" else {joint: parts}
    return Asked(joint=joint, rows=rows, condition=Condition.model_validate(asked))


def read_query(
    given: Callable[[str], Sequence[str]], known: Mapping[str, Known], meant: Meant | None = None, ways: Ways = PLAINLY
) -> Asked:
    """The rows of an address, where `given` tells all values of a parameter: `match` joins them; each is f, o and v."""
    filled = list(zip(*(given(name)[:MOST_ROWS] for name in "fov"), strict=False))
    return read_rows(next(iter(given("match")), ""), filled, known, meant, ways)


def query_of(asked: Asked) -> list[tuple[str, str]]:
    """As parameters of an address, which `read_query` reads."""
    told = [pair for row in asked.rows for pair in (("f", row.name), ("o", row.operator), ("v", row.value))]
    return [("match", asked.joint), *told]


def rows_of(condition: Condition | None) -> Asked:
    """A condition as rows."""
    if condition is None or condition.field is not None:
        parts, joint = [condition] if condition else [], "all"
    else:
        joint, parts = condition.test[0], list(condition.test[1])
    if any(part.field is None for part in parts):
        return Asked(joint=joint, condition=condition, is_flat=False)
    return Asked(joint=joint, rows=[row_of(part) for part in parts], condition=condition)


def as_meant(
    name: str, operator: str, value: str, known: Mapping[str, Known], meant: Meant | None, ways: Ways = PLAINLY
) -> str:
    """What was typed as a condition has it: 2 days ago is 2d ago, and storm is Storm where that is a tag."""
    kind = known[name].kind if name in known else None
    words = words_in(value) if operator in SEVERAL else [value]
    if kind in (Kind.INSTANT, Kind.DATE):
        found = [span_written(word, ways) for word in words]
    elif meant and kind in (Kind.CHOICE, Kind.CHOICES):
        found = [meant(name, word) for word in words]
    else:
        return value
    return ", ".join(quoted(word) for word in found) if operator in SEVERAL else "".join(found)


def span_written(text: str, ways: Ways = PLAINLY) -> str:
    """2 days ago, in 3 weeks, This Week, Nov 27 2026; anything else as it is."""
    found = _SPAN.fullmatch(text)
    if found is None or bool(found["ahead"]) == bool(found["ago"]):
        return days_written(text, ways) or text
    times, unit = _UNITS[found["unit"].lower()]
    span = f"{int(found['number'] or 1) * times}{unit}"
    return f"in {span}" if found["ahead"] else f"{span} ago"


def checked(name: str, operator: str, value: str, known: Mapping[str, Known]) -> Row:
    row = Row(name=name, operator=operator, value=value)
    return Row(name=name, operator=operator, value=value, fault=wrong(row, known))


def wrong(row: Row, known: Mapping[str, Known]) -> str:
    """What mends the row; empty where it can be asked."""
    if row.name not in known:
        return "This field is not there any more: choose another."
    kind = known[row.name]
    if row.operator in KNOWN:
        return ""
    if row.operator not in ALLOWED[kind.kind] or row.operator not in COMPARED:
        fitting = ", ".join(words for key, words in COMPARED.items() if key in ALLOWED[kind.kind])
        return f"This field can be asked with {fitting}."
    if not row.value:
        return "Say what it is compared with."
    if row.operator in (*WORDS, "contains"):
        words = words_in(row.value) if row.operator in SEVERAL else [row.value]
        if sentence := next((found for word in words if (found := wrong_word(kind, word))), ""):
            return f"This {sentence}."
    try:
        Condition.model_validate(part_of(row.name, row.operator, row.value))
    except ValidationError as error:
        said = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        return f"{said[:1].upper()}{said[1:]}."
    return ""


def part_of(name: str, operator: str, value: str) -> dict[str, Any]:
    if operator in KNOWN:
        return {"field": name, "known": operator == "known:yes"}
    return {"field": name, operator: words_in(value) if operator in SEVERAL else value}


def row_of(part: Condition) -> Row:
    (operator, operand), name = part.test, part.field or ""
    if operator == "known":
        return Row(name=name, operator="known:yes" if operand else "known:no")
    value = ", ".join(quoted(word) for word in operand) if operator in SEVERAL else operand
    return Row(name=name, operator=operator, value=value)


def fitting(known: Known) -> list[str]:
    """The operators that a field may be asked with."""
    return [*(operator for operator in ALLOWED[known.kind] if operator in COMPARED), *KNOWN]


def words_in(text: str) -> list[str]:
    """What is separated by commas; what has a comma of its own stands in quotes."""
    found = next(csv.reader([text], skipinitialspace=True), [])
    return [word.strip() for word in found if word.strip()]


def quoted(word: str) -> str:
    return f'"{word}"' if "," in word else word
