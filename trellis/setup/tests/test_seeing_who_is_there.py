"""Two weeks at a glance: who is on duty, who is away, what closes the office, and when a team has nobody."""

from datetime import datetime

import pytest

from tests.cast import TUESDAY, Business, chicago
from tests.screen import Screen
from trellis.core.memory import forget
from trellis.team.actions.absences import put_on_leave
from trellis.team.actions.hours import set_day, set_hours
from trellis.team.actions.people import set_preferences
from trellis.team.models import Calendar, User


def away(user: User, start: str, end: str, reason: str = "") -> None:
    put_on_leave(user, starts_at=chicago(start), ends_at=chicago(end), reason=reason, by=user, at=TUESDAY)


def test_each_day_says_when_somebody_is_there(screen: Screen) -> None:
    page = screen.open("/people/away")
    assert "Jun 7 – Jun 20" in screen.words
    assert page.count('title="8:00 AM–12:00 PM, 1:00–5:00 PM"') == 4 * 10
    assert page.count('title="off"') == 4 * 4
    assert "Each day from 7:00 AM to 6:00 PM" in screen.words


def test_the_weeks_start_where_the_viewers_do(screen: Screen, ridgeline: Business) -> None:
    set_preferences(ridgeline.maya, week_starts_on="mon", by=ridgeline.maya, at=TUESDAY)
    screen.open("/people/away")
    assert "Jun 8 – Jun 21" in screen.words


@pytest.mark.parametrize(
    ("asked", "shown"),
    [("2026-12-30", "Dec 27 – Jan 9, 2027"), ("tomorrow", "Jun 7 – Jun 20"), ("9999-12-31", "Jun 7 – Jun 20")],
)
def test_one_looks_ahead_as_far_as_makes_sense(screen: Screen, asked: str, shown: str) -> None:
    screen.open(f"/people/away?from={asked}")
    assert screen.status == 200
    assert shown in screen.words


def test_leave_is_said_on_its_days_with_its_reason(screen: Screen, ridgeline: Business) -> None:
    away(ridgeline.ben, "2026-06-10 12:00", "2026-06-12 00:00", "Lake")
    page = screen.open("/people/away")
    assert page.count('title="8:00 AM–12:00 PM, away: Lake"') == 1
    assert page.count('title="away: Lake"') == 1
    assert "Ben Whitfield Wed, Jun 10, 12:00 PM – Fri, Jun 12, 12:00 AM Lake" in screen.words


def test_what_closes_the_office_is_named(screen: Screen, ridgeline: Business) -> None:
    office = Calendar.objects.get(key="office")
    set_day(office, chicago("2026-06-11 00:00").date(), windows=[], label="Roof party", by=None, at=TUESDAY)
    set_hours(key="office", time_zone="America/Chicago", windows=office.windows, holidays="US", by=None, at=TUESDAY)
    screen.open("/people/away")
    assert "Thu, Jun 11: Roof party" in screen.words
    assert "Fri, Jun 19: Juneteenth National Independence Day" in screen.words


def test_a_team_that_nobody_of_is_there_is_said_by_day_and_hour(screen: Screen, ridgeline: Business) -> None:
    away(ridgeline.maya, "2026-06-11 00:00", "2026-06-16 00:00")
    away(ridgeline.ben, "2026-06-11 13:00", "2026-06-16 10:00")
    screen.open("/people/away")
    assert "Nobody of Front desk is there Thu, Jun 11, 1:00–5:00 PM; Fri, Jun 12 to Mon, Jun 15." in screen.words
    assert "Leads that arrive then wait for whoever is back first." in screen.words
    assert "Nobody of Estimators" not in screen.words


def test_a_team_of_one_has_a_gap_when_they_are_away(screen: Screen, ridgeline: Business) -> None:
    away(ridgeline.tom, "2026-06-10 00:00", "2026-06-11 00:00")
    screen.open("/people/away")
    assert "Nobody of Crew is there Tomorrow, all day." in screen.words


def test_what_is_over_is_no_gap(screen: Screen, ridgeline: Business) -> None:
    away(ridgeline.tom, "2026-06-08 00:00", "2026-06-09 10:30")
    screen.at = chicago("2026-06-09 10:15")
    screen.open("/people/away")
    assert "Nobody of Crew is there Tue, Jun 9, 10:15–10:30 AM." in screen.words
    screen.at = chicago("2026-06-09 10:30")
    assert "Nobody of Crew" not in screen.open("/people/away")


def test_without_hours_everybody_counts_as_there(screen: Screen, ridgeline: Business) -> None:
    Calendar.objects.all().delete()
    forget()
    page = screen.open("/people/away")
    assert "No hours are written down, so everybody counts as always there. Set your hours." in screen.words
    assert page.count('title="all day"') == 4 * 14


def test_the_night_that_has_an_hour_less_is_as_wide_as_any_other(screen: Screen, ridgeline: Business) -> None:
    week = {"sun": [["00:00", "24:00"]], "sat": [["20:00", "02:00"]]}
    set_hours(key="office", time_zone="America/Chicago", windows=week, by=None, at=TUESDAY)
    screen.at = datetime.fromisoformat("2026-03-07T12:00-06:00")
    page = screen.open("/people/away")
    assert page.count('title="all day"') == 4 * 2
    assert "--long: 100.0" in page


def test_nobody_away_says_what_to_do(screen: Screen) -> None:
    screen.open("/people/away")
    assert "Nobody is away, now or ahead. Add leave as soon as you know of it" in screen.words
