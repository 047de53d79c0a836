"""What days are called, seen from one of them: today, monday, this week, the last 7 days; and how people write them.

A week starts on a Monday, unless the words say another day: “this week (from sunday)”. Pure.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from trellis.core.dates import read_date

DAY = timedelta(days=1)
# So many days at once, about 27 years.
MOST = 9999
NEAR = {"yesterday": -1, "today": 0, "tomorrow": 1}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# What is offered to whoever fills in a filter.
OFFERED = (
    *("today", "yesterday", "tomorrow", "this week", "last week", "next week", "this month", "last month", "this year"),
    *("last 7 days", "last 30 days", "next 7 days"),
)

_SHIFTS = {"last": -1, "this": 0, "next": 1}
_WHICH = rf"(?P<which>{'|'.join(_SHIFTS)})"
_STARTS = rf"(?: \(from (?P<starts>{'|'.join(WEEKDAYS)})\))?"
_WEEKDAY = re.compile(rf"(?:{_WHICH} )?(?P<day>{'|'.join(WEEKDAYS)}){_STARTS}")
_WEEK = re.compile(rf"{_WHICH} week{_STARTS}")
_MONTH = re.compile(rf"{_WHICH} month")
_YEAR = re.compile(rf"{_WHICH} year")
_SEVERAL = re.compile(r"(?P<which>last|next) (?P<number>[1-9][0-9]{0,3}) days")

_TYPED_WEEKDAY = re.compile(rf"(?:{_WHICH} )?(?P<day>[a-z]{{3,9}}){_STARTS}")
_TYPED_SEVERAL = re.compile(
    r"(?:the )?(?P<which>last|past|next) (?P<number>[1-9][0-9]{0,3}) (?P<unit>day|week|month|year)s?"
)
_LENGTHS = {"day": 1, "week": 7, "month": 30, "year": 365}
# Of a day that says no year: what it is completed by, as it may be written.
_THIS_YEAR = ("", " {}", "/{}", ".{}", "{}")


@dataclass(frozen=True)
class Days:
    """From the first to the last of them."""

    first: date
    last: date


@dataclass(frozen=True, kw_only=True)
class Ways:
    """How somebody writes days: the order of year, month and day, and the day that a week starts on (0 is Monday).

    `today` tells the year of a day that says none; without it such a day is not read.
    """

    order: str = "ymd"
    week_starts_on: int = 0
    today: date | None = None


def days_called(text: str, today: date) -> Days | None:
    """The days that this names; None where it names none."""
    if text in NEAR:
        return Days(today + NEAR[text] * DAY, today + NEAR[text] * DAY)
    if found := _SEVERAL.fullmatch(text):
        further = (int(found["number"]) - 1) * DAY
        return Days(today - further, today) if found["which"] == "last" else Days(today, today + further)
    if found := _WEEK.fullmatch(text) or _WEEKDAY.fullmatch(text):
        return days_of_week(found, today)
    if found := _MONTH.fullmatch(text):
        month = today.year * 12 + today.month - 1 + _SHIFTS[found["which"]]
        return Days(first_of(month), first_of(month + 1) - DAY)
    if found := _YEAR.fullmatch(text):
        year = today.year + _SHIFTS[found["which"]]
        return Days(date(year, 1, 1), date(year, 12, 31))
    return None


def days_of_week(found: re.Match[str], today: date) -> Days:
    """The whole week, or one day of it."""
    starts_on = WEEKDAYS.index(found["starts"] or WEEKDAYS[0])
    start = today + (_SHIFTS[found["which"] or "this"] * 7 - (today.weekday() - starts_on) % 7) * DAY
    if "day" not in found.groupdict():
        return Days(start, start + 6 * DAY)
    day = start + (WEEKDAYS.index(found["day"]) - starts_on) % 7 * DAY
    return Days(day, day)


def first_of(month: int) -> date:
    """Of a month, counted from the year 0."""
    return date(month // 12, month % 12 + 1, 1)


def days_written(text: str, ways: Ways) -> str | None:
    """What somebody typed, as conditions have it: “Last Mon” or “11/27/2026”; None where it is neither."""
    words = " ".join(text.lower().split())
    if words in NEAR or _MONTH.fullmatch(words) or _YEAR.fullmatch(words):
        return words
    if found := _TYPED_SEVERAL.fullmatch(words):
        days = int(found["number"]) * _LENGTHS[found["unit"]]
        return f"{'next' if found['which'] == 'next' else 'last'} {min(days, MOST)} days"
    if found := _WEEK.fullmatch(words):
        return words if found["starts"] else starting(words, ways)
    if (found := _TYPED_WEEKDAY.fullmatch(words)) and (day := weekday_of(found["day"])):
        plain = f"{found['which']} {day}" if found["which"] else day
        return starting(plain, ways, found["starts"])
    return date_written(text, ways)


def weekday_of(word: str) -> str:
    return next((day for day in WEEKDAYS if day.startswith(word)), "")


def starting(words: str, ways: Ways, starts: str | None = None) -> str:
    """The week is that of whoever writes, whoever reads it later."""
    day = starts or WEEKDAYS[ways.week_starts_on]
    return words if day == WEEKDAYS[0] else f"{words} (from {day})"


def days_shown(text: str, ways: Ways) -> str:
    """As `days_written` would read it of the same person."""
    return text.removesuffix(f" (from {WEEKDAYS[ways.week_starts_on]})")


def date_written(text: str, ways: Ways) -> str | None:
    """A date with its year, or of this one."""
    if not any(mark.isalpha() or mark in "/.-" for mark in text):
        return None
    for year in _THIS_YEAR if ways.today else _THIS_YEAR[:1]:
        found = read_date(text + year.format(ways.today and ways.today.year), ways.order)
        if isinstance(found, datetime):
            return found.isoformat(timespec="minutes")
        if found:
            return found.isoformat()
    return None
