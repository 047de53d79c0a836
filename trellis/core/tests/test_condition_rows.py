"""What people type in a filter, as a condition has it."""

from datetime import date

import pytest

from trellis.core.condition_rows import span_written
from trellis.core.day_words import Ways, days_shown


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("2 days ago", "2d ago"),
        ("a week ago", "7d ago"),
        ("In 3 Weeks", "in 21d"),
        ("30 minutes ago", "30m ago"),
        ("Yesterday", "yesterday"),
        ("Tomorrow", "tomorrow"),
        ("in 1 month", "in 30d"),
        ("2 days", "2 days"),
        ("in 2 days ago", "in 2 days ago"),
        ("7d ago", "7d ago"),
        ("2026-03-01", "2026-03-01"),
        ("99999 days ago", "99999 days ago"),
    ],
)
def test_a_time_is_written_as_people_say_it(typed: str, written: str) -> None:
    assert span_written(typed) == written


AMERICAN = Ways(order="mdy", week_starts_on=6, today=date(2026, 11, 28))
BRITISH = Ways(order="dmy", week_starts_on=0, today=date(2026, 11, 28))


@pytest.mark.parametrize(
    ("typed", "ways", "written"),
    [
        ("This Week", BRITISH, "this week"),
        ("this week", AMERICAN, "this week (from sunday)"),
        ("this week (from saturday)", AMERICAN, "this week (from saturday)"),
        ("Mon", BRITISH, "monday"),
        ("last friday", AMERICAN, "last friday (from sunday)"),
        ("last  month", AMERICAN, "last month"),
        ("Last 7 days", AMERICAN, "last 7 days"),
        ("the last 2 weeks", AMERICAN, "last 14 days"),
        ("past 2 weeks", AMERICAN, "last 14 days"),
        ("next 3 months", AMERICAN, "next 90 days"),
        ("last 99 years", AMERICAN, "last 9999 days"),
        ("11/27/2026", AMERICAN, "2026-11-27"),
        ("11/27/2026", BRITISH, "11/27/2026"),
        ("27/11/2026", BRITISH, "2026-11-27"),
        ("3/4", AMERICAN, "2026-03-04"),
        ("3/4", BRITISH, "2026-04-03"),
        ("3.4.", BRITISH, "2026-04-03"),
        ("Nov 27 2026", AMERICAN, "2026-11-27"),
        ("Nov 27, 2026", BRITISH, "2026-11-27"),
        ("27 November", AMERICAN, "2026-11-27"),
        ("November 27", BRITISH, "2026-11-27"),
        ("Nov 27 2026 2:30 pm", AMERICAN, "2026-11-27T14:30"),
        ("2026-03-01", AMERICAN, "2026-03-01"),
        ("45000", AMERICAN, "45000"),
        ("31 February", AMERICAN, "31 February"),
        ("soon", AMERICAN, "soon"),
    ],
)
def test_days_are_read_as_whoever_types_them_writes_them(typed: str, ways: Ways, written: str) -> None:
    assert span_written(typed, ways) == written
    assert span_written(written, ways) == written


def test_where_weeks_start_is_said_to_those_whose_weeks_start_elsewhere() -> None:
    assert days_shown("this week (from sunday)", AMERICAN) == "this week"
    assert days_shown("this week (from sunday)", BRITISH) == "this week (from sunday)"
