"""Windows of opening and time zones as people write them. Pure."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class BadHours(ValueError):
    """Windows or a time zone that cannot be read; the message says which and what to write instead."""


class Window(NamedTuple):
    """From `start` until just before `end`, in minutes after local midnight; past 1440 is the next day."""

    start: int
    end: int


Windows = tuple[Window, ...]


def read_week(week: Mapping[str, object]) -> tuple[Windows, ...]:
    """Read windows by "mon" … "sun" into seven tuples from Monday; a missing day is closed."""
    if unknown := set(week) - set(DAY_NAMES):
        raise BadHours(f"“{min(unknown)}” is not a day of the week: write {', '.join(DAY_NAMES)}.")
    return tuple(read_windows(week.get(day, ())) for day in DAY_NAMES)


def read_windows(pairs: object) -> Windows:
    """Read [["08:00", "12:00"], ["20:00", "02:00"]]; an end that is not after its start is on the next day."""
    if not isinstance(pairs, Sequence) or isinstance(pairs, str):
        raise BadHours(f'Hours are a list of pairs such as [["08:00", "17:00"]], not {pairs!r}.')
    windows = sorted(_read_window(pair) for pair in pairs)
    for earlier, later in pairwise(windows):
        if later.start < earlier.end:
            raise BadHours(f"{_clock(later.start)} is already open: two windows of a day overlap.")
    return tuple(windows)


def _read_window(pair: object) -> Window:
    if not isinstance(pair, Sequence) or isinstance(pair, str) or len(pair) != 2:
        raise BadHours(f'A window is a pair such as ["08:00", "17:00"], not {pair!r}.')
    start, end = (_read_clock(text) for text in pair)
    if start == 1440:
        raise BadHours("A window starts before 24:00; write 00:00 on the next day.")
    return Window(start, end if end > start else end + 1440)


def _read_clock(text: object) -> int:
    hours, colon, minutes = text.partition(":") if isinstance(text, str) else ("", "", "")
    if colon and len(hours) == len(minutes) == 2 and (hours + minutes).isascii() and (hours + minutes).isdigit():
        clock = int(hours) * 60 + int(minutes)
        if int(minutes) < 60 and clock <= 1440:
            return clock
    raise BadHours(f'{text!r} is not a time of day: write it from 00:00 to 24:00, such as "08:30".')


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def check_zone(name: str) -> str:
    """Return `name` when it is an IANA time zone, else raise BadHours."""
    try:
        ZoneInfo(name)
    except (LookupError, OSError, ValueError) as error:
        raise BadHours(f"“{name}” is not a time zone: write its IANA name, such as America/Chicago.") from error
    return name
