"""The same conditions asked of a database: both answers agree on every row, on SQLite and on PostgreSQL.

A room declares its fields as columns; `to_q` makes a filter of a condition. Text is compared as it is stored, letter by
letter, so nothing in it (`%`, `_`, quotes) has a meaning. No test is ever NULL: what is empty is told apart first.
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import reduce
from typing import Any

from django.db.models import BooleanField, Case, FloatField, Func, Q, TextField, Value, When
from django.db.models.functions import Cast, StrIndex
from django.db.models.lookups import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    In,
    IsNull,
    LessThan,
    LessThanOrEqual,
    Regex,
)

from trellis.core.condition_values import DAY, NUMBER, Amount, amount_in, days_meant, span_asked, span_meant
from trellis.core.conditions import AMOUNTS, OPPOSITES, Condition, Kind, Known
from trellis.core.money import USUAL_DIGITS, minor_digits, unusual_digits
from trellis.core.text import MARKS, SMALL_LETTERS, alike

PLAIN_KEY = re.compile("[A-Za-z0-9_]+")
# Each condition after an “or” stands deeper in the statement than the one before; SQLite goes 1,000 deep.
MOST_IN_A_ROW = 50
NOTHING = Q(pk__in=[])
EVERYTHING = ~NOTHING

LOOKUPS: Mapping[str, type[Any]] = {
    "more_than": GreaterThan,
    "less_than": LessThan,
    "at_least": GreaterThanOrEqual,
    "at_most": LessThanOrEqual,
}


@dataclass(frozen=True)
class Column:
    """How the database knows a field.

    `value` is an expression; of yes or no a Q that is never NULL, of choices a function from the words looked for (None
    for any at all) to a Q. Money is in minor units, beside its `currency`. Of several texts `part` finds a part in any.
    """

    known: Known
    value: Any
    currency: Any = None
    part: Callable[[str], Any] | None = None


class TextIn(Func):
    """The text under a key of a JSON column, or under a path of keys; NULL where there is none.

    Plain keys stand in the statement as they are, so that an index on the same expression is found by it.
    """

    output_field = TextField()

    def __init__(self, column: Any, *path: str) -> None:
        super().__init__(column)
        self.path = path

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        if len(self.path) == 1:
            return self.as_sql(compiler, connection, template="(%(expressions)s ->> {})", place=self.path[0])
        place = f"{{{','.join(self.path)}}}"
        return self.as_sql(compiler, connection, template="(%(expressions)s #>> {})", place=place)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        place = "$" + "".join(f'."{key}"' for key in self.path)
        return self.as_sql(compiler, connection, template="JSON_EXTRACT(%(expressions)s, {})", place=place)

    def as_sql(self, compiler: Any, connection: Any, *, template: str = "", place: str = "", **context: Any) -> Any:  # type: ignore[override]
        is_plain = all(PLAIN_KEY.fullmatch(key) for key in self.path)
        sql, given = super().as_sql(compiler, connection, template=template.format(f"'{place}'" if is_plain else "%%s"))
        return sql, given if is_plain else (*given, place)


class RowByRow(Func):
    """A column whose index is left aside: SQLite would gather everybody whom it finds, and sort them, for one page."""

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="%(expressions)s", **context)


class WordsIn(Func):
    """Whether a list under a key of a JSON column has one of the words, or any at all where none is given."""

    output_field = BooleanField()

    def __init__(self, column: Any, key: str, words: Sequence[str] | None) -> None:
        super().__init__(column)
        self.key, self.words = key, words

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        column, given = compiler.compile(self.source_expressions[0])
        listed = f"COALESCE({column} -> '{self.key}', '[]')"
        if self.words is None:
            return f"({listed} <> '[]')", given
        return f"({listed} ?| %s::text[])", (*given, list(self.words))

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        column, given = compiler.compile(self.source_expressions[0])
        among = f" WHERE value IN ({', '.join(['%s'] * len(self.words))})" if self.words is not None else ""
        return f"EXISTS(SELECT 1 FROM JSON_EACH({column}, '$.\"{self.key}\"'){among})", (*given, *(self.words or ()))


class Alike(Func):
    """`core.text.alike` in the database: most text is ASCII, for which the database's own function does."""

    function = "alike"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        text, given = compiler.compile(self.source_expressions[0])
        letters, plain = "".join(SMALL_LETTERS), "".join(SMALL_LETTERS.values())
        # To translate a thousand letters takes 8 µs a row: quotes and dashes are no reason to.
        bare, small = f"translate({text}, '{MARKS}', '')", f'lower({text} COLLATE "C")'
        sql = (
            f"CASE WHEN octet_length({text}) = char_length({text}) THEN {small} "
            f"WHEN octet_length({bare}) = char_length({bare}) THEN {small} ELSE translate({text}, %s, %s) END"
        )
        return sql, (*given * 7, letters, plain)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        text, given = compiler.compile(self.source_expressions[0])
        is_plain = f"LENGTH(CAST({text} AS BLOB)) = LENGTH({text})"
        return f"CASE WHEN {is_plain} THEN LOWER({text}) ELSE alike({text}) END", (*given, *given, *given, *given)


def to_q(condition: Condition | None, fields: Mapping[str, Column], at: datetime) -> Q:
    """The rows of which it is true, seen from `at` and in its zone. KeyError where a field is not declared."""
    if condition is None:
        return EVERYTHING
    test, operand = condition.test
    match test:
        case "all":
            return reduce(operator.and_, [to_q(part, fields, at) for part in operand], EVERYTHING)
        case "any":
            return any_of([to_q(part, fields, at) for part in operand])
        case "none":
            return ~any_of([to_q(part, fields, at) for part in operand])
        case _:
            return meets(fields[condition.field or ""], test, operand, at)


def any_of(parts: Sequence[Q]) -> Q:
    return reduce(operator.or_, parts, NOTHING)


def any_of_many(parts: Sequence[Q]) -> Q:
    """Cut in halves again and again: SQLite refuses a statement whose conditions stand too deep in each other."""
    if len(parts) <= MOST_IN_A_ROW:
        return any_of(parts)
    # A negation keeps Django from laying the halves out in one row again.
    half = len(parts) // 2
    return ~(~any_of_many(parts[:half]) & ~any_of_many(parts[half:]))


def meets(column: Column, test: str, operand: Any, at: datetime) -> Q:
    if test == "known":
        return has_value(column) if operand else ~has_value(column)
    if test in OPPOSITES:
        return ~meets(column, OPPOSITES[test], operand, at)
    if test in ("is", "one_of"):
        words = [operand] if test == "is" else operand
        found = told_apart(column) & is_one_of(column, [word for word in words if word], at)
        return found | ~has_value(column) if "" in words else found
    return told_apart(column) & (
        contains(column, operand, at) if test == "contains" else lies(column, test, operand, at)
    )


def told_apart(column: Column) -> Q:
    """What must hold before a value is compared. Of several values one is found or none: no comparison is NULL."""
    return EVERYTHING if column.known.kind in (Kind.CHOICES, Kind.TEXTS) else has_value(column)


def has_value(column: Column) -> Q:
    match column.known.kind:
        case Kind.YES_NO:
            return EVERYTHING
        case Kind.CHOICES | Kind.TEXTS:
            return Q(column.value(None))
        case Kind.TEXT | Kind.CHOICE:
            return Q(IsNull(column.value, False)) & ~Q(Exact(column.value, Value("")))
        case _:
            return Q(IsNull(column.value, False))


def is_one_of(column: Column, words: Sequence[str], at: datetime) -> Q:
    """At once where the database can look for many words: a thousand conditions in a row are too many for SQLite."""
    if len(words) > 1:
        match column.known.kind:
            case Kind.TEXT | Kind.CHOICE:
                return Q(In(column.value, list(words)))
            case Kind.CHOICES | Kind.TEXTS:
                return Q(column.value(list(words)))
    return any_of_many([is_same(column, word, at) for word in dict.fromkeys(words)])


def is_same(column: Column, word: str, at: datetime) -> Q:
    match column.known.kind:
        case Kind.TEXT | Kind.CHOICE:
            return Q(Exact(column.value, Value(word)))
        case Kind.YES_NO:
            return {"yes": Q(column.value), "no": ~Q(column.value)}.get(word, NOTHING)
        case Kind.CHOICES | Kind.TEXTS:
            return Q(column.value([word]))
        case Kind.NUMBER:
            return number(column.value, Exact, amount_in(word))
        case Kind.MONEY:
            return money(column, "is", amount_in(word))
        case Kind.DATE:
            days = days_meant(word, at)
            if days is None or days.first == days.last:
                return Q(Exact(column.value, Value(days.first))) if days else NOTHING
            return Q(GreaterThanOrEqual(column.value, Value(days.first))) & Q(
                LessThanOrEqual(column.value, Value(days.last))
            )
        case Kind.INSTANT:
            span = span_asked(word, at)
            if span is None or span.start == span.end:
                return Q(Exact(column.value, Value(span.start))) if span else NOTHING
            return Q(GreaterThanOrEqual(column.value, Value(span.start))) & Q(LessThan(column.value, Value(span.end)))


def contains(column: Column, part: str, at: datetime) -> Q:
    if column.known.kind in (Kind.TEXT, Kind.CHOICE):
        return has_part(column.value, part)
    if column.part:
        return Q(column.part(part))
    return is_same(column, part, at)


def has_part(value: Any, part: str) -> Q:
    return Q(GreaterThan(StrIndex(Alike(value), Value(alike(part))), Value(0)))


def lies(column: Column, test: str, operand: str, at: datetime) -> Q:
    match column.known.kind:
        case Kind.TEXT | Kind.CHOICE if test in AMOUNTS:
            is_number = Q(Regex(column.value, whole(NUMBER)))
            as_number = Case(When(is_number, then=Cast(column.value, FloatField())), default=None)
            return is_number & number(as_number, LOOKUPS[test], amount_in(operand))
        case Kind.NUMBER if test in AMOUNTS:
            return number(column.value, LOOKUPS[test], amount_in(operand))
        case Kind.MONEY if test in AMOUNTS:
            return money(column, test, amount_in(operand))
        case Kind.TEXT | Kind.CHOICE | Kind.DATE if days := days_meant(operand, at):
            lookup, day = (LessThan, days.first) if test == "before" else (GreaterThan, days.last)
            if column.known.kind is Kind.DATE:
                return Q(lookup(column.value, Value(day)))
            return Q(Regex(column.value, whole(DAY))) & Q(lookup(column.value, Value(str(day))))
        case Kind.INSTANT if span := span_meant(operand, at):
            if test == "before":
                return Q(LessThan(column.value, Value(span.start)))
            later = GreaterThan if span.start == span.end else GreaterThanOrEqual
            return Q(later(column.value, Value(span.end)))
        case _:
            return NOTHING


def whole(pattern: str) -> str:
    r"""The pattern from the first letter to the last, as both regular expressions have it; `$` would pass a "\n"."""
    return rf"\A({pattern})\Z"


def number(value: Any, lookup: type[Any], asked: Amount | None) -> Q:
    """Compared as floating point: exact for the fifteen digits that an amount may have."""
    if asked is None or asked.currency:
        return NOTHING
    return Q(lookup(Cast(value, FloatField()), Value(float(asked.number))))


def money(column: Column, test: str, asked: Amount | None) -> Q:
    """Compared in minor units, whose size the currency of each row tells."""
    if asked is None:
        return NOTHING
    if asked.currency:
        minor = minor_units(column.value, test, asked.number.scaleb(minor_digits(asked.currency)))
        return Q(Exact(column.currency, Value(asked.currency))) & minor
    unusual = unusual_digits()
    usual = ~Q(In(column.currency, list(unusual)))
    found = usual & minor_units(column.value, test, asked.number.scaleb(USUAL_DIGITS))
    for digits in sorted(set(unusual.values())):
        these = [currency for currency, its in unusual.items() if its == digits]
        found |= Q(In(column.currency, these)) & minor_units(column.value, test, asked.number.scaleb(digits))
    return found


def in_units(column: Column) -> Any:
    """Money as it is written, as `money` compares it without a currency: 1,500 JPY is more than 1,000.50 USD.

    As floating point: exact for the fifteen digits that an amount may have.
    """
    unusual = unusual_digits()
    sizes = [
        When(Q(In(column.currency, [one for one, its in unusual.items() if its == digits])), then=Value(10.0**digits))
        for digits in sorted(set(unusual.values()))
    ]
    return Cast(column.value, FloatField()) / Case(*sizes, default=Value(10.0**USUAL_DIGITS))


def minor_units(value: Any, test: str, bound: Decimal) -> Q:
    """A whole number beside a bound that need not be one."""
    below, above = (int(bound.to_integral_value(side)) for side in (ROUND_FLOOR, ROUND_CEILING))
    if test == "is":
        return Q(Exact(value, Value(below))) if below == above else NOTHING
    nearest: Mapping[str, int] = {"more_than": below, "at_most": below, "less_than": above, "at_least": above}
    return Q(LOOKUPS[test](value, Value(nearest[test])))
