"""Leave: whole days or times on the clock of whoever is away, with what follows said before and after."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import TUESDAY, Business, chicago, next_step
from tests.screen import Screen
from trellis.journeys.actions import snooze_task
from trellis.journeys.models import Journey
from trellis.team.actions.absences import put_on_leave
from trellis.team.actions.people import set_preferences
from trellis.team.models import Absence, User
from trellis.team.queries import staff


def leave(who: User, **fields: str) -> dict[str, Any]:
    return {"user": str(who.pk), "from_day": "2026-07-06", "until_day": "2026-07-10", "reason": "Lake"} | fields


def only() -> tuple[Any, ...]:
    absence = Absence.objects.get()
    return absence.user, absence.starts_at, absence.ends_at


def test_whole_days_last_from_midnight_to_midnight(screen: Screen, ridgeline: Business) -> None:
    screen.send("/people/away/new", **leave(ridgeline.ben))
    assert "Ben is away Mon, Jul 6 – Fri, Jul 10. No step of Ben is due in that time yet." in screen.words
    assert only() == (ridgeline.ben, chicago("2026-07-06 00:00"), chicago("2026-07-11 00:00"))


def test_one_day_needs_one_date(screen: Screen, ridgeline: Business) -> None:
    screen.send("/people/away/new", **leave(ridgeline.ben, until_day=""))
    assert only() == (ridgeline.ben, chicago("2026-07-06 00:00"), chicago("2026-07-07 00:00"))


def test_times_are_those_on_the_clock_of_whoever_is_away(screen: Screen, ridgeline: Business) -> None:
    set_preferences(ridgeline.ben, time_zone="America/Denver", by=ridgeline.ben, at=TUESDAY)
    screen.send("/people/away/new", **leave(ridgeline.ben, from_clock="13:00", until_day="", until_clock="15:30"))
    assert "Ben is away Mon, Jul 6, 2:00 PM – 4:30 PM." in screen.words
    assert only() == (ridgeline.ben, chicago("2026-07-06 14:00"), chicago("2026-07-06 16:30"))


def test_it_counts_at_once(screen: Screen, ridgeline: Business) -> None:
    screen.send("/people/away/new", **leave(ridgeline.ben, from_day="2026-06-09", until_day="2026-06-09"))
    assert [member.name for member in staff(TUESDAY) if member.away_until] == ["Ben Whitfield"]


def test_one_is_told_which_steps_pass_on(screen: Screen, ridgeline: Business) -> None:
    journey = ridgeline.lead()
    snooze_task(next_step(journey), until=chicago("2026-07-07 09:00"), by=ridgeline.maya, at=TUESDAY)
    fields = leave(ridgeline.maya)
    screen.client.get("/people/away/foresee", fields)
    sentence = "1 step is due in that time. It passes to whoever is there once Maya is away."
    screen.open("/people/away/foresee?" + "&".join(f"{name}={value}" for name, value in fields.items()))
    assert screen.words.strip() == sentence
    screen.send("/people/away/new", **fields)
    assert f"Maya is away Mon, Jul 6 – Fri, Jul 10. {sentence}" in screen.words
    assert Journey.objects.get().owner == ridgeline.maya


def test_nothing_is_foreseen_of_what_is_not_written_yet(screen: Screen, ridgeline: Business) -> None:
    screen.open("/people/away/foresee?from_day=soon")
    assert (screen.status, screen.words.strip()) == (200, "")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"until_day": "2026-07-01"}, "Leave ends after it starts: choose a later end."),
        ({"from_clock": "15:00", "until_day": "", "until_clock": "14:00"}, "Leave ends after it starts"),
        ({"from_day": "2026-06-01", "until_day": "2026-06-02"}, "That is over already: choose an end"),
        ({"from_day": ""}, "Choose the first day."),
        ({"from_day": "next week"}, "Write a day such as 2026-07-06."),
        ({"from_day": "0001-01-01"}, "Choose a day between 2000 and 2100."),
        ({"from_clock": "late"}, "Write a time such as 08:30."),
        ({"user": "nobody"}, "nobody is not one of the available choices."),
    ],
)
def test_leave_that_makes_no_sense_is_said_at_its_field(
    screen: Screen, ridgeline: Business, fields: dict[str, str], sentence: str
) -> None:
    screen.send("/people/away/new", **leave(ridgeline.ben, **fields))
    assert screen.status == 422
    assert sentence in screen.words
    assert not Absence.objects.exists()


def test_leave_is_shown_as_it_was_asked_and_can_be_changed(screen: Screen, ridgeline: Business) -> None:
    screen.send("/people/away/new", **leave(ridgeline.ben))
    address = f"/people/away/{Absence.objects.get().pk}"
    page = screen.open(address)
    assert 'value="2026-07-06"' in page
    assert 'value="2026-07-10"' in page
    screen.send(address, **leave(ridgeline.ben, until_day="2026-07-12"))
    assert "Ben is away Mon, Jul 6 – Sun, Jul 12." in screen.words
    assert only() == (ridgeline.ben, chicago("2026-07-06 00:00"), chicago("2026-07-13 00:00"))


def test_leave_can_be_taken_away_again(screen: Screen, ridgeline: Business) -> None:
    screen.send("/people/away/new", **leave(ridgeline.ben))
    screen.send(f"/people/away/{Absence.objects.get().pk}/remove")
    assert "Ben is not away then." in screen.words
    assert not Absence.objects.exists()


def test_adding_and_removing_can_be_taken_back(screen: Screen, ridgeline: Business) -> None:
    screen.send("/people/away/new", **leave(ridgeline.ben))
    noted = only()
    screen.send(screen.undo)
    assert not Absence.objects.exists()
    screen.at += timedelta(minutes=1)
    screen.send("/people/away/new", **leave(ridgeline.ben))
    screen.at += timedelta(minutes=1)
    screen.send(f"/people/away/{Absence.objects.get().pk}/remove")
    screen.send(screen.undo)
    assert "Taken back." in screen.words
    assert (only(), Absence.objects.get().reason) == (noted, "Lake")


def test_people_note_their_own_leave_and_nobody_elses(screen: Screen, ridgeline: Business) -> None:
    theirs = put_on_leave(
        ridgeline.tom, starts_at=TUESDAY, ends_at=chicago("2026-06-11 00:00"), by=ridgeline.maya, at=TUESDAY
    )
    screen.log_in(ridgeline.ben).send("/people/away/new", **leave(ridgeline.ben))
    assert screen.status == 200
    assert Absence.objects.filter(user=ridgeline.ben).exists()
    screen.send("/people/away/new", **leave(ridgeline.tom))
    assert screen.status == 422
    for address in (f"/people/away/{theirs.pk}", f"/people/away/{theirs.pk}/remove"):
        screen.send(address, **leave(ridgeline.tom))
        assert screen.status == 403
    assert Absence.objects.get(user=ridgeline.tom).ends_at == chicago("2026-06-11 00:00")


def test_an_absence_that_is_not_there_is_not_found(screen: Screen, ridgeline: Business) -> None:
    screen.open(f"/people/away/{ridgeline.ben.pk}")
    assert screen.status == 404
