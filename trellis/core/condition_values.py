"""The values of a condition: amounts and moments, read from the text that people write. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

from trellis.core.day_words import DAY as ONE_DAY
from trellis.core.day_words import Days, days_called
from trellis.core.durations import Duration

# Any day, where it is only asked whether a text is a time at all.
A_DAY = date(2026, 1, 1)

# Fifteen digits at most: so many survive in the floating point numbers that the databases compare.
NUMBER = r"-?[0-9]{1,11}(\.[0-9]{1,4})?"
DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
CLOCK = r"T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?"
AMOUNT_PATTERN = rf"^{NUMBER}( [A-Z]{{3}})?$"

_NUMBER = re.compile(NUMBER)
_DAY = re.compile(DAY)
_AMOUNT = re.compile(rf"(?P<number>{NUMBER})( (?P<currency>[A-Z]{{3}}))?")
_ABSOLUTE = re.compile(f"{DAY}({CLOCK})?")
_RELATIVE = re.compile(r"in (?P<ahead>\w+)|(?P<ago>\w+) ago")

AN_AMOUNT = "a number such as 5000 or 12.5, for money also with its currency: 500 EUR"
A_MOMENT = (
    "a day (2026-03-01), a moment (2026-03-01T09:00), today, yesterday, tomorrow, now, a day of the week (monday, last "
    "friday), this week, last month, next year, last 7 days, next 30 days, or so long from now: 7d ago, in 3d"
)


@dataclass(frozen=True)
class Money:
    """`minor` counts the smallest unit of an ISO 4217 currency."""

    minor: int
    currency: str


@dataclass(frozen=True)
class Amount:
    """What money or a number is compared with; without a currency it is meant in any."""

    number: Decimal
    currency: str = ""


@dataclass(frozen=True)
class Span:
    """From `start` until before `end`, in UTC: a day, or one instant where both are the same."""

    start: datetime
    end: datetime

    def holds(self, at: datetime) -> bool:
        at = at.astimezone(UTC)
        return at == self.start if self.start == self.end else self.start <= at < self.end


@lru_cache(maxsize=1024)
def amount_in(text: str) -> Amount | None:
    found = _AMOUNT.fullmatch(text)
    return Amount(Decimal(found["number"]), found["currency"] or "") if found else None


def number_in(text: str) -> Decimal | None:
    """A text that is a number as we write them: `5000`, `-12.5`."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def is_day(text: str) -> bool:
    """Whether a text has the shape of a day, which is enough to tell what comes before what."""
    return _DAY.fullmatch(text) is not None


def days_meant(text: str, at: datetime) -> Days | None:
    """The days that a text names, seen from `at` in its zone, or that of an instant; None where it names none."""
    moment = moment_meant(text, at)
    if isinstance(moment, datetime):
        return Days(moment.date(), moment.date())
    return moment


def span_meant(text: str, at: datetime) -> Span | None:
    """When that is: the whole of a day or of several in the zone of `at`, or one instant."""
    moment = moment_meant(text, at)
    if moment is None:
        return None
    if isinstance(moment, datetime):
        return Span(moment.astimezone(UTC), moment.astimezone(UTC))
    start, end = (datetime.combine(day, time(), at.tzinfo) for day in (moment.first, moment.last + ONE_DAY))
    return Span(start.astimezone(UTC), end.astimezone(UTC))


def span_asked(text: str, at: datetime) -> Span | None:
    """When something is that “is” then: whoever says 2 days ago means the whole of that day, not an instant of it."""
    moment = moment_meant(text, at)
    if isinstance(moment, datetime) and (relative := _RELATIVE.fullmatch(text)):
        duration = Duration.parse(relative["ahead"] or relative["ago"])
        return span_meant(moment.date().isoformat(), at) if duration.unit == "d" else span_meant(text, at)
    return span_meant(text, at)


def is_relative(text: str) -> bool:
    """Whether it means another time later on."""
    return text == "now" or days_called(text, A_DAY) is not None or _RELATIVE.fullmatch(text) is not None


def moment_meant(text: str, at: datetime) -> Days | datetime | None:
    """Days, or an instant in the zone of `at`; None where the text is neither."""
    if text == "now":
        return at
    if called := days_called(text, at.date()):
        return called
    if relative := _RELATIVE.fullmatch(text):
        return _moved(at, relative["ahead"] or relative["ago"], 1 if relative["ahead"] else -1)
    if not _ABSOLUTE.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not 1900 <= moment.year <= 2999:  # A day more or less must still be a day.
        return None
    if _DAY.fullmatch(text):
        return Days(moment.date(), moment.date())
    return moment.astimezone(at.tzinfo) if moment.tzinfo else moment.replace(tzinfo=at.tzinfo)


def _moved(at: datetime, text: str, sign: int) -> datetime | None:
    """Days keep the local time of day, as the waits of a playbook do."""
    try:
        duration = Duration.parse(text)
    except ValueError:
        return None
    if duration.unit == "d":
        return (at + sign * duration.span).astimezone(UTC).astimezone(at.tzinfo)
    return (at.astimezone(UTC) + sign * duration.span).astimezone(at.tzinfo)


def amount_text(value: Any) -> Any:
    """A number as YAML or JSON brings it, as the text that it was written as."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return value
    return str(int(value)) if isinstance(value, int) else f"{Decimal(repr(float(value))):f}"
