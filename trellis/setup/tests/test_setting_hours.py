"""Hours: the week with several windows a day, holidays, dates that differ, and hours beside the office's."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import Business, chicago
from tests.screen import Screen
from trellis.core.memory import forget
from trellis.team.models import Calendar, CalendarDay
from trellis.team.queries import hours_of

OFFICE: dict[str, str] = {"name": "Office", "time_zone": "America/Chicago", "country": "", "part": ""}


def week(**days: str) -> dict[str, Any]:
    """week(mon="08:00-12:00 13:00-17:00"): the fields as the form sends them."""
    fields: dict[str, Any] = dict(OFFICE)
    for day, windows in days.items():
        for number, window in enumerate(windows.split()):
            fields[f"{day}-{number}-from"], fields[f"{day}-{number}-until"] = window.split("-")
    return fields


def windows() -> dict[str, Any]:
    found: dict[str, Any] = Calendar.objects.get(key="office").windows
    return found


def test_the_hours_are_said_in_one_sentence(screen: Screen) -> None:
    screen.open("/people/hours")
    assert "Open Mon–Fri 8:00 AM–12:00 PM, 1:00–5:00 PM." in screen.words
    assert "Everybody without hours of their own · promises of Storm & repair" in screen.words


def test_a_week_with_several_windows_and_a_night_is_saved_and_counts_at_once(screen: Screen) -> None:
    fields = week(mon="13:00-17:00 08:00-12:00", fri="20:00-02:00", sat="00:00-00:00")
    screen.send("/people/hours/office/week", **fields | {"country": "US", "part": "US-AR"})
    assert "Saved. Open Mon 8:00 AM–12:00 PM, 1:00–5:00 PM; Fri 8:00 PM–2:00 AM; Sat all day." in screen.words
    assert windows() == {
        "mon": [["08:00", "12:00"], ["13:00", "17:00"]],
        "fri": [["20:00", "02:00"]],
        "sat": [["00:00", "00:00"]],
    }
    assert Calendar.objects.get(key="office").holidays == "US-AR"
    assert hours_of("office").is_open(chicago("2026-06-13 01:00"))


def test_the_next_holiday_is_named(screen: Screen) -> None:
    screen.send("/people/hours/office/week", **week(mon="08:00-17:00", fri="08:00-17:00") | {"country": "US"})
    screen.open("/people/hours")
    assert "closed Fri, Jun 19 (Juneteenth National Independence Day)." in screen.words
    assert "Independence Day closed" in screen.words


def test_without_script_a_part_of_the_country_before_falls_back_to_the_country(screen: Screen) -> None:
    screen.send("/people/hours/office/week", **week(mon="08:00-17:00") | {"country": "US", "part": "US-AR"})
    screen.send("/people/hours/office/week", **week(mon="08:00-17:00") | {"country": "DE", "part": "US-AR"})
    assert screen.status == 422
    assert "US-AR is not one of the available choices." in screen.words
    screen.send("/people/hours/office/week", **week(mon="08:00-17:00") | {"country": "DE", "part": "DE"})
    assert Calendar.objects.get(key="office").holidays == "DE"


def test_with_script_the_parts_follow_the_country(screen: Screen) -> None:
    screen.open("/people/holiday-parts?country=DE")
    assert "Those of the whole country" in screen.words
    assert '<option value="DE-BY">' in screen.page
    screen.open("/people/holiday-parts?country=nowhere")
    assert screen.status == 200


@pytest.mark.parametrize(("copy", "open_days"), [("weekdays", 5), ("all", 7)])
def test_monday_is_copied_and_saved_only_when_one_saves(screen: Screen, copy: str, open_days: int) -> None:
    before = windows()
    page = screen.send("/people/hours/office/week", **week(mon="09:30-12:00"), copy=copy)
    assert "Monday is copied. Save to keep it." in screen.words
    assert page.count('value="09:30"') == open_days
    assert windows() == before


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (week(mon="08:00-12:00 11:00-17:00"), "11:00 is already open: two windows of a day overlap."),
        (week() | {"tue-0-from": "08:00", "tue-0-until": ""}, "Write both times, or clear both."),
        (week(mon="late-later"), "Write a time such as 08:30."),
        (week(mon="08:00-25:00"), "Write a time such as 08:30."),
        (week() | {"time_zone": "Ozark/Time"}, "“Ozark/Time” is not a time zone"),
        (week() | {"time_zone": ""}, "Choose the zone that these times are in."),
        (week() | {"name": ""}, "Write a name, such as Office."),
        (week() | {"country": "ZZ"}, "ZZ is not one of the available choices."),
    ],
)
def test_hours_that_cannot_be_are_said_where_they_stand_and_change_nothing(
    screen: Screen, fields: dict[str, Any], sentence: str
) -> None:
    before = windows()
    screen.send("/people/hours/office/week", **fields)
    assert screen.status == 422
    assert sentence in screen.words
    assert windows() == before


def test_a_full_day_always_has_room_for_one_window_more(screen: Screen) -> None:
    assert 'name="mon-2-from"' in screen.open("/people/hours")
    screen.send("/people/hours/office/week", **week(mon="06:00-08:00 09:00-12:00 13:00-17:00"))
    assert 'name="mon-3-from"' in screen.page


def test_a_date_differs_and_is_like_any_other_again(screen: Screen) -> None:
    fields = {"day": "2026-06-12", "label": "Company picnic", "open-0-from": "08:00", "open-0-until": "10:00"}
    screen.send("/people/hours/office/days/new", **fields)
    assert "Fri, Jun 12 has hours of its own." in screen.words
    assert "open 8:00–10:00 AM Fri, Jun 12 (Company picnic)." in screen.words
    assert not hours_of("office").is_open(chicago("2026-06-12 11:00"))
    screen.at += timedelta(minutes=1)
    screen.send(f"/people/hours/office/days/{CalendarDay.objects.get().pk}/remove")
    assert "Fri, Jun 12 is like any other again." in screen.words
    assert hours_of("office").is_open(chicago("2026-06-12 11:00"))
    screen.send(screen.undo)
    assert "Taken back. It is as it was before." in screen.words
    assert CalendarDay.objects.get().windows == [["08:00", "10:00"]]


def test_a_date_without_times_is_closed(screen: Screen) -> None:
    screen.send("/people/hours/office/days/new", day="2026-06-12", label="")
    assert "Closed on Fri, Jun 12." in screen.words
    assert CalendarDay.objects.get().windows == []


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"day": ""}, "Choose the date."),
        ({"day": "2026-06-01"}, "That day is over. Choose one that is still to come."),
        ({"day": "soon"}, "Write a day such as 2026-07-06."),
        ({"day": "2026-06-12", "open-0-from": "08:00"}, "Write both times, or clear both."),
        (
            {
                "day": "2026-06-12",
                "open-0-from": "08:00",
                "open-0-until": "12:00",
                "open-1-from": "11:00",
                "open-1-until": "13:00",
            },
            "11:00 is already open",
        ),
    ],
)
def test_a_date_that_cannot_be_is_said(screen: Screen, fields: dict[str, str], sentence: str) -> None:
    screen.send("/people/hours/office/days/new", **fields)
    assert screen.status == 422
    assert sentence in screen.words
    assert not CalendarDay.objects.exists()


def test_hours_beside_the_offices_start_as_a_copy(screen: Screen) -> None:
    screen.send("/people/new-hours", name="Saturdays")
    assert screen.address == "/people/hours/saturdays"
    assert "Saturdays is there, to be changed." in screen.words
    assert "Nobody yet: give them to people in their details" in screen.words
    assert Calendar.objects.get(key="saturdays").windows == windows()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("", "Write a name, such as Saturdays."), ("office", "There are hours called office")],
)
def test_hours_need_a_name_of_their_own(screen: Screen, name: str, sentence: str) -> None:
    screen.send("/people/new-hours", name=name)
    assert screen.status == 422
    assert sentence in screen.words
    assert Calendar.objects.count() == 1


def test_where_there_are_no_hours_the_first_ones_are_a_click_away(screen: Screen) -> None:
    Calendar.objects.all().delete()
    forget()
    screen.open("/people/hours")
    assert "No hours are written down" in screen.words
    screen.send("/people/first-hours")
    assert "These are usual hours. Change them to yours." in screen.words
    assert "Open Mon–Fri 9:00 AM–5:00 PM" in screen.words


def test_times_elsewhere_say_where(screen: Screen) -> None:
    screen.send("/people/hours/office/week", **week(mon="08:00-17:00") | {"time_zone": "Europe/Berlin"})
    screen.open("/people/hours")
    assert "Open Mon 8:00 AM–5:00 PM. Times of Berlin." in screen.words


def test_others_read_the_week_and_change_nothing(screen: Screen, ridgeline: Business) -> None:
    before = windows()
    page = screen.log_in(ridgeline.ben).open("/people/hours")
    assert "Monday 8:00 AM–12:00 PM, 1:00–5:00 PM" in screen.words
    assert "Save hours" not in page
    screen.send("/people/hours/office/week", **week(mon="08:00-17:00"))
    assert screen.status == 403
    assert windows() == before


def test_hours_that_nobody_made_are_not_found(screen: Screen) -> None:
    screen.open("/people/hours/nights")
    assert screen.status == 404
