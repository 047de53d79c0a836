"""What holds for any hours in any zone, checked against somebody who looks at the clock on the wall every minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from trellis.core.business_time import Hours
from trellis.core.durations import Duration
from trellis.core.windows import Window, Windows

# The last changes at 00:01 by half hours, at midnight, by half an hour, twice around a month, and hardly ever.
ZONES = ("UTC", "America/Chicago", "America/Havana", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kolkata")
# Days around which the clocks of those zones change, and one where nothing happens.
SEASONS = (
    date(2026, 3, 7),
    date(2026, 10, 31),
    date(2026, 4, 4),
    date(2026, 10, 3),
    date(2026, 2, 14),
    date(2026, 6, 10),
)
MINUTE = timedelta(minutes=1)


@st.composite
def windows(draw: st.DrawFn) -> Windows:
    marks = sorted(draw(st.sets(st.integers(0, 1440 + 300), max_size=6)))
    pairs = [Window(start, end) for start, end in zip(marks[::2], marks[1::2], strict=False)]
    return tuple(window for window in pairs if window.start < 1440)


@st.composite
def some_hours(draw: st.DrawFn) -> tuple[Hours, datetime]:
    """Any hours that open some day, and a moment near a season's change."""
    season = draw(st.sampled_from(SEASONS))
    week = tuple(draw(windows()) for _ in range(7))
    assume(any(week))
    dates = st.integers(-2, 9).map(lambda days: season + timedelta(days=days))
    hours = Hours("any", draw(st.sampled_from(ZONES)), week, draw(st.dictionaries(dates, windows(), max_size=3)))
    start = datetime(season.year, season.month, season.day, tzinfo=UTC)
    return hours, start + draw(st.integers(-1440 * 60, 1440 * 180)) * timedelta(seconds=1)


def is_open_on_the_wall(hours: Hours, at: datetime) -> bool:
    """Read the local clock and look for a window, with nothing precomputed."""
    local = at.astimezone(ZoneInfo(hours.zone))
    minute = local.hour * 60 + local.minute
    today, yesterday = local.date(), local.date() - timedelta(days=1)
    return any(start <= minute < end for start, end in hours.windows_on(today)) or any(
        start <= minute + 1440 < end for start, end in hours.windows_on(yesterday)
    )


@given(some_hours(), st.integers(1, 3000))
@settings(max_examples=60, deadline=None)
def test_open_time_is_what_the_clock_on_the_wall_says_minute_by_minute(case, length):
    hours, at = case
    at = at.replace(second=0)
    minutes = [at + count * MINUTE for count in range(length)]
    seen = [is_open_on_the_wall(hours, minute) for minute in minutes]
    assert [hours.is_open(minute) for minute in minutes] == seen
    assert hours.elapsed(at, at + length * MINUTE) == sum(seen) * MINUTE


@given(some_hours(), st.integers(1, 600))
@settings(max_examples=60, deadline=None)
def test_working_time_ends_where_somebody_who_counts_minutes_ends(case, amount):
    hours, at = case
    at = walker = at.replace(second=0)
    left = amount
    while left:
        left -= is_open_on_the_wall(hours, walker)
        walker += MINUTE
        assume(walker - at < timedelta(days=9))
    assert hours.add(at, Duration(amount, "m")) == walker


@given(some_hours(), st.integers(1, 5000))
@settings(deadline=None)
def test_what_was_added_has_elapsed(case, amount):
    hours, at = case
    assert hours.elapsed(at, hours.add(at, Duration(amount, "m"))) == amount * MINUTE


@given(some_hours(), st.integers(0, 60), st.sampled_from("mhd"))
@settings(deadline=None)
def test_time_that_was_added_ends_while_open_or_at_closing(case, amount, unit):
    hours, at = case
    end = hours.add(at, Duration(amount, unit))
    assert end >= at
    assert hours.is_open(end) or hours.is_open(end - timedelta(microseconds=1))


@given(some_hours(), st.integers(0, 100_000), st.integers(0, 3000), st.integers(0, 500))
@settings(deadline=None)
def test_starting_later_or_adding_more_never_ends_earlier(case, later, amount, more):
    hours, at = case
    end = hours.add(at, Duration(amount, "m"))
    assert hours.add(at + timedelta(seconds=later), Duration(amount, "m")) >= end
    assert hours.add(at, Duration(amount + more, "m")) >= end


@given(some_hours(), st.integers(1, 20))
@settings(deadline=None)
def test_one_more_day_always_ends_on_a_later_date(case, amount):
    hours, at = case
    assert hours.add(at, Duration(amount + 1, "d")) > hours.add(at, Duration(amount, "d"))


@given(some_hours())
@settings(deadline=None)
def test_the_next_opening_is_open_and_nothing_before_it_is(case):
    hours, at = case
    opening = hours.next_open(at)
    assert hours.is_open(opening)
    assert hours.elapsed(at, opening) == timedelta()


@given(some_hours(), st.lists(st.integers(0, 400_000), min_size=2, max_size=2))
@settings(deadline=None)
def test_open_time_adds_up_wherever_it_is_cut(case, cuts):
    hours, at = case
    middle, end = (at + timedelta(seconds=cut) for cut in sorted(cuts))
    assert hours.elapsed(at, middle) + hours.elapsed(middle, end) == hours.elapsed(at, end)


@given(some_hours())
@settings(max_examples=60, deadline=None)
def test_nothing_opens_or_closes_until_the_hours_say_that_something_does(case):
    hours, at = case
    until = hours.unchanged_until(at)
    assert until > at
    is_open = hours.is_open(at)
    assert hours.is_open(until - timedelta(microseconds=1)) == is_open
    assert [
        moment for moment in minutes(at, min(until, at + timedelta(days=8))) if hours.is_open(moment) != is_open
    ] == []


def minutes(start: datetime, end: datetime) -> list[datetime]:
    return [start + minute * MINUTE for minute in range((end - start) // MINUTE)]
