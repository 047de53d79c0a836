"""Days by what they are called."""

from datetime import date

import pytest

from trellis.core.conditions import Condition, moves_with_time
from trellis.core.day_words import OFFERED, Days, days_called

# A Saturday.
TODAY = date(2026, 11, 28)


def days(first: str, last: str = "") -> Days:
    return Days(date.fromisoformat(first), date.fromisoformat(last or first))


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("today", days("2026-11-28")),
        ("tomorrow", days("2026-11-29")),
        ("this week", days("2026-11-23", "2026-11-29")),
        ("this week (from sunday)", days("2026-11-22", "2026-11-28")),
        ("this week (from saturday)", days("2026-11-28", "2026-12-04")),
        ("last week", days("2026-11-16", "2026-11-22")),
        ("next week", days("2026-11-30", "2026-12-06")),
        ("monday", days("2026-11-23")),
        ("sunday", days("2026-11-29")),
        ("sunday (from sunday)", days("2026-11-22")),
        ("last friday", days("2026-11-20")),
        ("next friday", days("2026-12-04")),
        ("this month", days("2026-11-01", "2026-11-30")),
        ("last month", days("2026-10-01", "2026-10-31")),
        ("next month", days("2026-12-01", "2026-12-31")),
        ("this year", days("2026-01-01", "2026-12-31")),
        ("last year", days("2025-01-01", "2025-12-31")),
        ("last 7 days", days("2026-11-22", "2026-11-28")),
        ("next 7 days", days("2026-11-28", "2026-12-04")),
        ("last 1 days", days("2026-11-28")),
        ("last 0 days", None),
        ("this 7 days", None),
        ("someday", None),
        ("2026-11-28", None),
    ],
)
def test_days_are_called_by_their_place_in_the_calendar(text: str, called: Days | None) -> None:
    assert days_called(text, TODAY) == called


def test_months_and_weeks_go_over_the_turn_of_the_year() -> None:
    assert days_called("next month", date(2026, 12, 31)) == days("2027-01-01", "2027-01-31")
    assert days_called("last month", date(2027, 1, 1)) == days("2026-12-01", "2026-12-31")
    assert days_called("this week", date(2027, 1, 1)) == days("2026-12-28", "2027-01-03")


@pytest.mark.parametrize("text", OFFERED)
def test_whatever_is_offered_is_understood_and_moves_with_time(text: str) -> None:
    assert moves_with_time(Condition.model_validate({"field": "at", "after": text}))
