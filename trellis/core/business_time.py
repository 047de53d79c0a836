"""Working hours and the arithmetic of open time. Pure and exact to the microsecond.

A moment is open when the local clock shows a time inside a window of that day, or inside the tail that a window of
the day before left past midnight. So an hour that autumn repeats counts twice, and one that spring skips not at all.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Self
from zoneinfo import ZoneInfo

from trellis.core.durations import Duration
from trellis.core.windows import Windows, check_zone, read_week, read_windows

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOTHING = timedelta()
_MICROSECOND = timedelta(microseconds=1)
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
# Open time is laid out in blocks of so many days, each computed once per Hours.
_BLOCK_DAYS = 32
_BLOCK = _BLOCK_DAYS * _DAY


class NeverOpen(ValueError):
    """These hours have no open moment after the one asked about."""


# Instants and local clock readings are both what has passed since 1970, so that arithmetic is exact and quick.
Span = tuple[timedelta, timedelta]


@dataclass(frozen=True)
class Hours:
    """When somebody works: `week` has seven tuples of windows from Monday, `days` the dates that differ from it."""

    key: str
    zone: str
    week: tuple[Windows, ...]
    days: Mapping[date, Windows] = field(default_factory=dict, hash=False)
    _blocks: "dict[int, _Block]" = field(default_factory=dict, init=False, repr=False, compare=False)
    _open_days: dict[tuple[date, int], tuple[date, list[Span]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @classmethod
    def read(cls, key: str, zone: str, week: Mapping[str, object], days: Mapping[date, object] | None = None) -> Self:
        """Read hours as they are stored: `week` by "mon" … "sun", a missing day is closed. BadHours when it cannot."""
        different = {day: read_windows(pairs) for day, pairs in (days or {}).items()}
        return cls(key, check_zone(zone), read_week(week), different)

    def windows_on(self, day: date) -> Windows:
        found = self.days.get(day)
        return self.week[day.weekday()] if found is None else found

    def is_open(self, at: datetime) -> bool:
        number, moment = _place(at)
        return self._block(number).is_open(moment)

    def next_open(self, at: datetime) -> datetime:
        """Return `at` itself when it is open, else the first open moment after it. NeverOpen when there is none."""
        number, moment = _place(at)
        for block in self._blocks_from(number):
            opening = block.next_open(moment)
            if opening is not None:
                return at if opening == moment else _instant(opening)
        raise AssertionError("blocks end with NeverOpen")

    def unchanged_until(self, at: datetime) -> datetime:
        """A moment after `at` up to which these hours stay as they are at `at`, open or closed."""
        number, moment = _place(at)
        return _instant(self._block(number).next_change(moment))

    def open_spans(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """The open stretches between two moments, in order, cut at both."""
        (first, begin), (last, finish) = _place(start), _place(end)
        blocks = [self._block(number) for number in range(first, last + 1)]
        spans = [span for block in blocks for span in zip(block.starts, block.ends, strict=True)]
        cut = ((max(opening, begin), min(closing, finish)) for opening, closing in spans)
        return [(_instant(opening), _instant(closing)) for opening, closing in _merge(cut) if opening < closing]

    def add(self, at: datetime, duration: Duration) -> datetime:
        """Return when `duration` of working time after `at` is used up: the first such moment, closing time included.

        Minutes and hours count open time. Days give the same local time that many open days later, moved into the
        windows of that day: up to the next opening, or back to the last closing. Nothing at all is the next opening.
        """
        if duration.amount == 0:
            return self.next_open(at)
        if duration.unit == "d":
            return self._add_days(at, duration.amount)
        return self._add_open_time(at, duration.span)

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Return the open time from `start` until `end`, nothing when `end` comes first."""
        if end <= start:
            return _NOTHING
        (first, begin), (last, finish) = _place(start), _place(end)
        total = sum((self._block(number).total for number in range(first, last)), _NOTHING)
        return total - self._block(first).open_before(begin) + self._block(last).open_before(finish)

    def _add_open_time(self, at: datetime, left: timedelta) -> datetime:
        number, moment = _place(at)
        left += self._block(number).open_before(moment)
        for block in self._blocks_from(number):
            if left <= block.total:
                return _instant(block.moment_after(left))
            left -= block.total
        raise AssertionError("blocks end with NeverOpen")

    def _add_days(self, at: datetime, count: int) -> datetime:
        local = at.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)
        first = self._working_day(local)
        day, spans = self._open_day_after(first, count)
        wish = (local + (day - first)).replace(tzinfo=ZoneInfo(self.zone))
        return _instant(_clamp(wish - _EPOCH, spans))

    def _working_day(self, local: datetime) -> date:
        """The day that the windows open at `local` belong to: yesterday in the tail of a night shift."""
        today, minute = local.date(), local.hour * 60 + local.minute
        for start, end in self.windows_on(today):
            if start <= minute < end:
                return today
        yesterday = today - _DAY
        for _, end in self.windows_on(yesterday):
            if minute + 1440 < end:
                return yesterday
        return today

    def _open_day_after(self, day: date, count: int) -> tuple[date, list[Span]]:
        """The `count`th open date after `day`, and its open time. Found once: a limit of months asks for many."""
        found = self._open_days.get((day, count))
        if found is None:
            found = self._find_open_day(day) if count == 1 else self._open_day_after(day, 1)
            for _ in range(count - 1):
                found = self._open_day_after(found[0], 1)
            self._open_days[day, count] = found
        return found

    def _find_open_day(self, day: date) -> tuple[date, list[Span]]:
        for _ in range(self._days_to_search(day)):
            day += _DAY
            if windows := self.windows_on(day):
                midnight = _wall(day)
                stretches = _stretches(self.zone, midnight - _DAY, midnight + 3 * _DAY)
                if spans := _merge(_open_spans(((midnight, windows),), stretches)):
                    return day, spans
        raise NeverOpen(f"The hours “{self.key}” have no open day after {day}.")

    def _days_to_search(self, day: date) -> int:
        """Past the last date that differs, two weeks show whatever the week has."""
        return max(0, (self._last_different - day).days) + 14

    @cached_property
    def _last_different(self) -> date:
        return max(self.days, default=date.min)

    def _blocks_from(self, number: int) -> "Iterator[_Block]":
        """The blocks from this one on, until one after the last date that differs has nothing open."""
        last = number if not self.days else _wall(self._last_different) // _BLOCK
        while True:
            block = self._block(number)
            yield block
            number += 1
            if number > last + 2 and not block.total:
                raise NeverOpen(f"The hours “{self.key}” have no open moment after this one.")

    def _block(self, number: int) -> "_Block":
        block = self._blocks.get(number)
        if block is None:
            block = self._blocks[number] = self._lay_out(number * _BLOCK)
        return block

    def _lay_out(self, start: timedelta) -> "_Block":
        """Lay out the open time of one block; dates on either side may reach into it."""
        first = _instant(start).date()
        dates = (first + offset * _DAY for offset in range(-2, _BLOCK_DAYS + 2))
        stretches = _stretches(self.zone, start, start + _BLOCK)
        open_spans = _open_spans(((_wall(day), self.windows_on(day)) for day in dates), stretches)
        return _Block(start + _BLOCK, _merge(open_spans))


class _Block:
    """The open spans of one stretch of time, in order, each with how much was open before it."""

    def __init__(self, end: timedelta, spans: list[Span]) -> None:
        self.end = end
        self.starts = [begin for begin, _ in spans]
        self.ends = [end for _, end in spans]
        self.before: list[timedelta] = []
        self.total = _NOTHING
        for begin, end in spans:
            self.before.append(self.total)
            self.total += end - begin

    def is_open(self, moment: timedelta) -> bool:
        index = bisect_right(self.starts, moment) - 1
        return index >= 0 and moment < self.ends[index]

    def next_open(self, moment: timedelta) -> timedelta | None:
        """The first open moment from `moment` on within this block."""
        index = bisect_right(self.ends, moment)
        return max(moment, self.starts[index]) if index < len(self.starts) else None

    def next_change(self, moment: timedelta) -> timedelta:
        """The next opening or closing after `moment`, at the latest the end of this block."""
        index = bisect_right(self.ends, moment)
        if index == len(self.ends):
            return self.end
        return self.starts[index] if moment < self.starts[index] else self.ends[index]

    def open_before(self, moment: timedelta) -> timedelta:
        index = bisect_right(self.starts, moment) - 1
        if index < 0:
            return _NOTHING
        return self.before[index] + min(moment, self.ends[index]) - self.starts[index]

    def moment_after(self, amount: timedelta) -> timedelta:
        """When `amount` (more than nothing) of this block's open time is used up."""
        index = bisect_left(self.before, amount) - 1
        return self.starts[index] + amount - self.before[index]


@lru_cache(maxsize=512)
def _stretches(zone: str, start: timedelta, end: timedelta) -> tuple[tuple[timedelta, timedelta, timedelta], ...]:
    """Cut [start, end) where the UTC offset of `zone` changes: (from, until, offset)."""
    step = _DAY / 4
    cuts, early = [start], start
    while early < end:
        late = min(early + step, end - _MICROSECOND)
        if _offset(zone, early) != _offset(zone, late):
            cuts.append(_change_between(zone, early, late))
        early += step
    return tuple((begin, until, _offset(zone, begin)) for begin, until in pairwise([*cuts, end]))


def _change_between(zone: str, early: timedelta, late: timedelta) -> timedelta:
    before = _offset(zone, early)
    while late - early > _MICROSECOND:
        middle = (early + late) // 2
        if _offset(zone, middle) == before:
            early = middle
        else:
            late = middle
    return late


def _offset(zone: str, moment: timedelta) -> timedelta:
    return _instant(moment).astimezone(ZoneInfo(zone)).utcoffset() or _NOTHING


def _open_spans(
    days: Iterable[tuple[timedelta, Windows]], stretches: Iterable[tuple[timedelta, timedelta, timedelta]]
) -> Iterator[Span]:
    """Turn windows on local days into spans of instants, offset by offset."""
    walls = [
        (midnight + start * _MINUTE, midnight + end * _MINUTE) for midnight, windows in days for start, end in windows
    ]
    for begin, until, offset in stretches:
        for opening, closing in walls:
            span = max(begin, opening - offset), min(until, closing - offset)
            if span[0] < span[1]:
                yield span


def _merge(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for begin, end in sorted(spans):
        if merged and begin <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((begin, end))
    return merged


def _clamp(moment: timedelta, spans: list[Span]) -> timedelta:
    for begin, end in spans:
        if moment <= end:
            return max(moment, begin)
    return spans[-1][1]


def _wall(day: date) -> timedelta:
    """Midnight of `day` on a local clock."""
    return day - _EPOCH.date()


def _place(at: datetime) -> tuple[int, timedelta]:
    """The number of the block that `at` is in, and `at` as what has passed since 1970."""
    moment = at - _EPOCH
    return moment.days // _BLOCK_DAYS, moment


def _instant(moment: timedelta) -> datetime:
    return _EPOCH + moment
