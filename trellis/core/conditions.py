"""One small grammar of conditions for rules, segments, saved views and scoring: a field, an operator and a value.

Here is what may be written, what it means, and how it is read in memory; `condition_query` asks a database the same.
What is empty (unknown, missing, "", no choice at all) meets only `is_not`, `none_of`, `known: false` and `is: ""`.
Pure.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from trellis.core.condition_values import (
    A_MOMENT,
    AMOUNT_PATTERN,
    AN_AMOUNT,
    Amount,
    Money,
    amount_in,
    amount_text,
    days_meant,
    is_day,
    is_relative,
    moment_meant,
    number_in,
    span_asked,
    span_meant,
)
from trellis.core.guessing import guess, unknown
from trellis.core.money import minor_digits
from trellis.core.text import alike

type Value = str | bool | int | Decimal | Money | date | datetime | Sequence[str] | None
type Read = Callable[[str], Value]
type Path = tuple[str | int, ...]

GROUPS = ("all", "any", "none")
WORDS = ("is", "is_not", "one_of", "none_of")
AMOUNTS = ("more_than", "less_than", "at_least", "at_most")
MOMENTS = ("before", "after")
OPERATORS = (*WORDS, "contains", *AMOUNTS, *MOMENTS, "known")
OPPOSITES = {"is_not": "is", "none_of": "one_of"}


class Kind(StrEnum):
    """What a field holds: `choices` are several words at once, such as tags; `texts` are several texts."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    INSTANT = "instant"
    CHOICE = "choice"
    CHOICES = "choices"
    TEXTS = "texts"
    YES_NO = "yes_no"


ALLOWED: Mapping[Kind, tuple[str, ...]] = {
    Kind.TEXT: OPERATORS,
    Kind.NUMBER: (*WORDS, *AMOUNTS, "known"),
    Kind.MONEY: (*WORDS, *AMOUNTS, "known"),
    Kind.DATE: (*WORDS, *MOMENTS, "known"),
    Kind.INSTANT: (*WORDS, *MOMENTS, "known"),
    Kind.CHOICE: (*WORDS, "known"),
    Kind.CHOICES: (*WORDS, "contains", "known"),
    Kind.TEXTS: (*WORDS, "contains", "known"),
    Kind.YES_NO: (*WORDS, "known"),
}


class Texts(tuple[str, ...]):
    """The value of a field of several texts. What it contains may be a part of any of them."""

    def has_part(self, part: str) -> bool:
        return any(alike(part) in alike(text) for text in self)


class AnyCase(tuple[str, ...]):
    """The value of a field of several words that are the same in large and small letters, such as tags."""

    def __contains__(self, word: object) -> bool:
        return str(word).lower() in map(str.lower, self)


@dataclass(frozen=True)
class Known:
    """A field that a condition may ask of. `words` are the only ones it can be; none where any may be."""

    kind: Kind = Kind.TEXT
    words: tuple[str, ...] = ()


def storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("a NUL character cannot be stored: take it out")
    return text


def an_amount(text: str) -> str:
    if amount_in(text) is None:
        raise ValueError(f"“{text}” is not an amount: write {AN_AMOUNT}")
    return text


def a_moment(text: str) -> str:
    if moment_meant(text, A_DAY) is None:
        raise ValueError(f"“{text}” is no time: write {A_MOMENT}")
    return text


A_DAY = datetime(2026, 1, 1, tzinfo=UTC)
Word = Annotated[str, Field(max_length=1000), AfterValidator(storable)]
Part = Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(storable)]
AmountText = Annotated[
    str,
    BeforeValidator(amount_text),
    AfterValidator(an_amount),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": AMOUNT_PATTERN}, {"type": "number"}]}),
]
MomentText = Annotated[str, AfterValidator(a_moment)]


def one_shape_as_schema(schema: dict[str, Any]) -> None:
    """The same rule as `Condition.one_shape`, for editors that read the JSON Schema."""
    tests = [{"required": ["field", operator]} for operator in OPERATORS]
    schema |= {"oneOf": [*tests, *({"required": [group]} for group in GROUPS)]}


class Condition(BaseModel):
    """A question about one field, such as `{field: answers.urgency, is: "yes"}`, or `all`, `any`, `none` of such."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, ignored_types=(cached_property,), json_schema_extra=one_shape_as_schema
    )

    field: str | None = Field(None, description="What is asked about: `stage`, `answers.urgency`, `contact.channel`.")
    is_: Word | None = Field(None, alias="is", description="It is exactly this.")
    is_not: Word | None = Field(None, description="It is anything but this, or not known.")
    one_of: list[Word] | None = Field(None, min_length=1, description="It is one of these.")
    none_of: list[Word] | None = Field(None, min_length=1, description="It is none of these, or not known.")
    contains: Part | None = Field(
        None, description="These letters are in it, large or small; where it is several words, this is one of them."
    )
    more_than: AmountText | None = Field(None, description=f"It is more than this: {AN_AMOUNT}.")
    less_than: AmountText | None = Field(None, description="It is less than this amount.")
    at_least: AmountText | None = Field(None, description="It is this amount or more.")
    at_most: AmountText | None = Field(None, description="It is this amount or less.")
    before: MomentText | None = Field(None, description=f"It is before this: {A_MOMENT}.")
    after: MomentText | None = Field(None, description="It is after this; after a day means once that day is over.")
    known: bool | None = Field(None, description="Whether there is a value at all.")
    all: list["Condition"] | None = Field(None, description="Every one of these conditions holds.")
    any: list["Condition"] | None = Field(None, description="At least one of these conditions holds.")
    none: list["Condition"] | None = Field(None, description="Not one of these conditions holds.")

    @model_validator(mode="after")
    def one_shape(self) -> "Condition":
        groups, tests = self.given(GROUPS), self.given(OPERATORS)
        if self.field is None and (len(groups) != 1 or tests):
            raise ValueError(f"a condition has a field and one of {', '.join(OPERATORS)}; or one of all, any, none")
        if self.field is not None and (groups or len(tests) != 1):
            raise ValueError(f"a condition on a field has exactly one of {', '.join(OPERATORS)}")
        return self

    def given(self, words: Sequence[str]) -> list[str]:
        return [word for word in words if getattr(self, attribute(word)) is not None]

    @cached_property
    def test(self) -> tuple[str, Any]:
        """The one operator, or group, and what stands behind it."""
        operator = self.given((*OPERATORS, *GROUPS))[0]
        return operator, getattr(self, attribute(operator))


def attribute(operator: str) -> str:
    return "is_" if operator == "is" else operator


def holds(condition: Condition | None, read: Read, *, at: datetime | None = None) -> bool:
    """Whether it is true of what `read` knows, seen from `at` and in its zone; no condition at all is true.

    Raises ValueError when a moment is compared and `at` is not given.
    """
    if condition is None:
        return True
    operator, operand = condition.test
    match operator:
        case "all":
            return all(holds(part, read, at=at) for part in operand)
        case "any":
            return any(holds(part, read, at=at) for part in operand)
        case "none":
            return not any(holds(part, read, at=at) for part in operand)
        case _:
            return meets(read(condition.field or ""), operator, operand, at)


def meets(value: Value, operator: str, operand: Any, at: datetime | None) -> bool:
    if operator == "known":
        return operand is not is_empty(value)
    if operator in OPPOSITES:
        return not meets(value, OPPOSITES[operator], operand, at)
    if operator in ("is", "one_of"):
        words = [operand] if operator == "is" else operand
        return "" in words if is_empty(value) else any(is_same(value, word, at) for word in words)
    if is_empty(value):
        return False
    if operator == "contains" and isinstance(value, Texts):
        return value.has_part(operand)
    if operator == "contains":
        return alike(operand) in alike(value) if isinstance(value, str) else is_same(value, operand, at)
    return lies(value, operator, operand, at)


def is_empty(value: Value) -> bool:
    return value is None or value == "" or (isinstance(value, Sequence) and not value)


def is_same(value: Value, word: str, at: datetime | None) -> bool:
    match value:
        case str():
            return value == word
        case bool():
            return word == ("yes" if value else "no")
        case int() | Decimal() | Money():
            pair = amounts(value, word)
            return pair is not None and pair[0] == pair[1]
        case datetime():
            span = span_asked(word, seen_from(at))
            return span is not None and span.holds(value)
        case date():
            days = days_meant(word, seen_from(at))
            return days is not None and days.first <= value <= days.last
        case None:
            return False
        case _:
            return word in value


def lies(value: Value, operator: str, operand: str, at: datetime | None) -> bool:
    """Whether it is on that side of the operand."""
    if operator in AMOUNTS:
        pair = amounts(number_in(value) if isinstance(value, str) else value, operand)
        return pair is not None and COMPARE[operator](*pair)
    if isinstance(value, datetime):
        span = span_meant(operand, seen_from(at))
        return span is not None and (
            value < span.start if operator == "before" else value > span.start and value >= span.end
        )
    days = days_meant(operand, seen_from(at))
    if days is None or not (isinstance(value, date) or (isinstance(value, str) and is_day(value))):
        return False
    return str(value) < str(days.first) if operator == "before" else str(value) > str(days.last)


COMPARE: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "more_than": Decimal.__gt__,
    "less_than": Decimal.__lt__,
    "at_least": Decimal.__ge__,
    "at_most": Decimal.__le__,
}


def amounts(value: Value, operand: str) -> tuple[Decimal, Decimal] | None:
    """Both sides of a comparison; None where they cannot be compared."""
    asked = amount_in(operand)
    if isinstance(value, Money) and asked and asked.currency in ("", value.currency):
        return Decimal(value.minor).scaleb(-minor_digits(value.currency)), asked.number
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and asked and not asked.currency:
        return Decimal(value), asked.number
    return None


def seen_from(at: datetime | None) -> datetime:
    if at is None:
        raise ValueError("a condition on a time needs `at`")
    return at


def fields_of(condition: Condition | None, path: Path = ()) -> Iterator[tuple[Path, Condition]]:
    """Every condition on a field with where it stands."""
    if condition is not None and condition.field is not None:
        yield path, condition
    elif condition is not None:
        group, parts = condition.test
        for index, part in enumerate(parts):
            yield from fields_of(part, (*path, group, index))


def moves_with_time(condition: Condition | None) -> bool:
    """Whether its answer may change with nothing but time: something is compared with today, now, or so long ago."""
    for _, asked in fields_of(condition):
        _, operand = asked.test
        words = [operand] if isinstance(operand, str) else operand if isinstance(operand, list) else []
        if any(is_relative(word) for word in words):
            return True
    return False


def faults_of(condition: Condition | None, known: Mapping[str, Known], path: Path = ()) -> Iterator[tuple[Path, str]]:
    """What is wrong with it where these fields are known: a condition that can never hold is no use to anybody."""
    for here, asked in fields_of(condition, path):
        operator, operand = asked.test
        name = asked.field or ""
        if name not in known:
            yield (*here, "field"), unknown("field", name, known)
        elif operator not in ALLOWED[known[name].kind]:
            fitting = ", ".join(ALLOWED[known[name].kind])
            yield (*here, operator), f"`{name}` cannot be asked `{operator}`: write one of {fitting}"
        elif operator in (*WORDS, "contains"):
            for word in [operand] if isinstance(operand, str) else operand:
                if word and (wrong := wrong_word(known[name], word)):
                    yield (*here, operator), f"`{name}` {wrong}"
        elif known[name].kind in (Kind.NUMBER, Kind.TEXT) and operator in AMOUNTS and amount_of(operand).currency:
            yield (*here, operator), f"`{name}` has no currency: write {amount_of(operand).number}"


def wrong_word(field: Known, word: str) -> str:
    """The end of a sentence that begins with the field's name; empty where the word fits."""
    amount = amount_in(word)
    match field.kind:
        case Kind.YES_NO if word not in ("yes", "no"):
            return f"is yes or no, not “{word}”"
        case Kind.MONEY if amount is None:
            return f"is an amount: write {AN_AMOUNT}"
        case Kind.NUMBER if amount is None or amount.currency:
            return "is a number such as 5000 or 12.5"
        case Kind.DATE | Kind.INSTANT if moment_meant(word, A_DAY) is None:
            return f"is a time: write {A_MOMENT}"
    if field.words and word not in field.words:
        return f"is one of {', '.join(field.words)}, not “{word}”{guess(word, field.words)}"
    return ""


def amount_of(text: str) -> Amount:
    return amount_in(text) or Amount(Decimal(0))
