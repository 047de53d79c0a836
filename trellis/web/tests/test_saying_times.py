"""Times as people read them."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from trellis.web import times
from trellis.web.locales import LOCALES, known, writing_of
from trellis.web.times import Viewer

CHICAGO = ZoneInfo("America/Chicago")
NOW = datetime(2026, 6, 9, 10, 34, tzinfo=CHICAGO)
MAYA = Viewer(CHICAGO, "h12", NOW)
HANA = Viewer(ZoneInfo("Europe/Berlin"), "h23", NOW)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHICAGO)


@pytest.mark.parametrize(
    ("at", "maya", "hana"),
    [
        ("2026-06-09 10:34", "10:34 AM", "17:34"),
        ("2026-06-09 00:05", "12:05 AM", "07:05"),
        ("2026-06-09 12:00", "12:00 PM", "19:00"),
    ],
)
def test_a_clock_time_follows_zone_and_hour_cycle(at: str, maya: str, hana: str) -> None:
    assert times.clock_time(local(at), MAYA) == maya
    assert times.clock_time(local(at), HANA) == hana


@pytest.mark.parametrize(
    ("words", "maya"),
    [
        ("Sat 21:40: their call is missed", "Sat 9:40 PM: their call is missed"),
        ("due mon 08:00, not mon 09:30", "due mon 8:00 AM, not mon 9:30 AM"),
        ("code 24:99, 1:30:5, 123:45", "code 24:99, 1:30:5, 123:45"),
    ],
)
def test_times_within_words_follow_the_hour_cycle(words: str, maya: str) -> None:
    assert times.on_their_clock(words, MAYA) == maya
    assert times.on_their_clock(words, HANA) == words


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2026-06-09 23:59", "Today"),
        ("2026-06-10 00:00", "Tomorrow"),
        ("2026-06-08 23:59", "Yesterday"),
        ("2026-06-11 08:00", "Thu, Jun 11"),
        ("2025-06-07 08:00", "Jun 7, 2025"),
    ],
)
def test_a_day_is_named_as_people_name_it(at: str, words: str) -> None:
    assert times.day_name(local(at), MAYA) == words


def test_a_day_turns_at_midnight_of_the_viewer() -> None:
    late = local("2026-06-09 20:00")
    assert times.day_name(late, MAYA) == "Today"
    assert times.day_name(late, HANA) == "Tomorrow"


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2026-06-09 16:00", "4:00 PM"),
        ("2026-06-10 08:00", "Wed 8:00 AM"),
        ("2026-06-03 08:00", "Wed 8:00 AM"),
        ("2026-06-24 08:00", "Jun 24"),
        ("2027-01-02 08:00", "Jan 2, 2027"),
    ],
)
def test_a_short_moment_says_no_more_than_tells_it_apart(at: str, words: str) -> None:
    assert times.short_moment(local(at), MAYA) == words


@pytest.mark.parametrize(
    ("span", "long", "short"),
    [
        (timedelta(seconds=9), "9s", "1m"),
        (timedelta(minutes=3, seconds=12), "3m 12s", "3m"),
        (timedelta(minutes=5), "5m", "5m"),
        (timedelta(hours=1, minutes=5), "1h 5m", "1h"),
        (timedelta(hours=30), "1d 6h", "30h"),
        (timedelta(days=3), "3d", "3d"),
    ],
)
def test_a_length_is_said_in_the_largest_units(span: timedelta, long: str, short: str) -> None:
    assert times.length(span) == long
    assert times.brief_length(span) == short


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=8), "8m ago"),
        (timedelta(hours=3), "3h ago"),
        (timedelta(hours=26), "yesterday"),
        (timedelta(days=20), "Wed, May 20"),
    ],
)
def test_ago_is_relative_under_a_day(passed: timedelta, words: str) -> None:
    assert times.ago(NOW - passed, MAYA) == words


@pytest.mark.parametrize(
    ("left", "window", "state", "text"),
    [
        (timedelta(hours=4), timedelta(hours=5), "ok", "2:34 PM"),
        (timedelta(minutes=38), timedelta(hours=1), "ok", "38m left"),
        (timedelta(minutes=15), timedelta(hours=4), "soon", "15m left"),
        (timedelta(minutes=30), timedelta(days=6), "ok", "30m left"),
        (timedelta(minutes=8), timedelta(minutes=15), "soon", "8m left"),
        (timedelta(seconds=10), timedelta(minutes=5), "soon", "1m left"),
        (timedelta(0), timedelta(minutes=5), "over", "1m over"),
        (timedelta(minutes=-25), timedelta(minutes=5), "over", "25m over"),
        (timedelta(days=-3), timedelta(minutes=5), "over", "3d over"),
    ],
)
def test_the_time_left_warns_late_and_in_words(left: timedelta, window: timedelta, state: str, text: str) -> None:
    shown = times.time_left(NOW + left, NOW + left - window, MAYA)
    assert (shown.state, shown.text) == (state, text)


def test_the_pie_shows_the_share_of_the_window() -> None:
    assert times.time_left(NOW + timedelta(minutes=15), NOW - timedelta(minutes=45), MAYA).percent == 25
    assert times.time_left(NOW + timedelta(minutes=5), NOW + timedelta(minutes=5), MAYA).percent == 100


def test_an_hour_that_happens_twice_is_told_apart_by_its_zone() -> None:
    first = datetime(2026, 11, 1, 1, 30, tzinfo=CHICAGO)
    assert times.full_moment(first, MAYA).endswith("1:30 AM CDT")
    assert times.full_moment(first.replace(fold=1), MAYA).endswith("1:30 AM CST")


def writes(locale: str, hour_cycle: str = "h12") -> Viewer:
    return Viewer(CHICAGO, hour_cycle, NOW, locale=locale)


@pytest.mark.parametrize(
    ("locale", "day", "other_year", "full"),
    [
        ("en-US", "Thu, Sep 24", "Sep 24, 2027", "Thu, Sep 24, 2026, 4:05 PM CDT"),
        ("en-CA", "Thu, Sep 24", "Sep 24, 2027", "Thu, Sep 24, 2026, 4:05 p.m. CDT"),
        ("en-GB", "Thu 24 Sept", "24 Sept 2027", "Thu, 24 Sept 2026, 4:05 pm CDT"),
        ("en-AU", "Thu, 24 Sept", "24 Sept 2027", "Thu, 24 Sept 2026, 4:05 pm CDT"),
        ("en-DE", "Thu, 24 Sept", "24 Sept 2027", "Thu, 24 Sept 2026, 4:05 pm CDT"),
        ("en-DK", "Thu, 24 Sept", "24 Sept 2027", "Thu, 24 Sept 2026, 4.05 pm CDT"),
    ],
)
def test_a_date_is_ordered_as_the_viewers_region_does(locale: str, day: str, other_year: str, full: str) -> None:
    viewer = writes(locale)
    assert times.day_name(local("2026-09-24 16:05"), viewer) == day
    assert times.date_name(local("2027-09-24 16:05"), viewer) == other_year
    assert times.full_moment(local("2026-09-24 16:05"), viewer) == full


@pytest.mark.parametrize(
    ("locale", "h12", "h23"),
    [("en-US", "4:05 PM", "16:05"), ("en-GB", "4:05 pm", "16:05"), ("en-FI", "4.05 pm", "16.05")],
)
def test_the_clock_is_a_choice_of_its_own_in_every_region(locale: str, h12: str, h23: str) -> None:
    assert times.clock_time(time(16, 5), writes(locale, "h12")) == h12
    assert times.clock_time(time(16, 5), writes(locale, "h23")) == h23


def test_a_week_starts_where_the_viewer_says_else_where_their_region_does() -> None:
    thursday = date(2026, 6, 11)
    assert writes("en-US").start_of_week(thursday) == date(2026, 6, 7)
    assert writes("en-GB").start_of_week(thursday) == date(2026, 6, 8)
    assert Viewer(CHICAGO, "h12", NOW, week_starts_on=5).start_of_week(thursday) == date(2026, 6, 6)
    assert writes("en-GB").start_of_week(date(2026, 6, 8)) == date(2026, 6, 8)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_region_that_is_offered_can_be_written(locale: str) -> None:
    writing = writing_of(locale)
    assert writing.own_clock in writing.clocks
    assert "{day" in writing.day
    assert len(writing.months) == 12


def test_a_locale_that_nobody_knows_is_written_as_the_default() -> None:
    assert known("tlh-KX") == "en-US"
    assert writing_of("tlh-KX") == writing_of("en-US")


@pytest.mark.parametrize(
    ("start", "end", "h12", "h23"),
    [
        (time(8), time(12), "8:00 AM–12:00 PM", "08:00–12:00"),
        (time(13), time(17), "1:00–5:00 PM", "13:00–17:00"),
        (time(20), time(2), "8:00 PM–2:00 AM", "20:00–02:00"),
        (time(20), time(14), "8:00 PM–2:00 PM", "20:00–14:00"),
        (time(0), time(0), "all day", "all day"),
        (time(8), time(8), "8:00 AM–8:00 AM the next day", "08:00–08:00 the next day"),
    ],
)
def test_a_stretch_of_the_clock_names_its_half_of_the_day_once(start: time, end: time, h12: str, h23: str) -> None:
    assert times.clock_range(start, end, MAYA) == h12
    assert times.clock_range(start, end, HANA) == h23
