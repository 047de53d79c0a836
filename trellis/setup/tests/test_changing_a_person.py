"""Who somebody is here: role, teams, hours and a new password, changed by an admin."""

import re

import pytest
from django.test import Client

from tests.cast import TUESDAY, Business
from tests.screen import Screen
from trellis.team.actions.hours import create_calendar
from trellis.team.models import Team

BEN = {"name": "Ben Whitfield", "email": "ben@ridgeline.example", "role": "sales"}


def test_role_teams_and_hours_change_together(screen: Screen, ridgeline: Business) -> None:
    week = {"sat": [["08:00", "12:00"]]}
    saturdays = create_calendar(name="Saturdays", time_zone="America/Chicago", windows=week, by=None, at=TUESDAY)
    crew = Team.objects.get(key="crew")
    address = f"/people/{ridgeline.ben.pk}"
    assert 'value="ben@ridgeline.example"' in screen.open(address)
    screen.send(address, **BEN | {"role": "manager"}, teams=[crew.pk], calendar=saturdays.pk)
    assert "Saved. Ben is manager." in screen.words
    assert "Back Sat 8:00 AM" in screen.words
    ridgeline.ben.refresh_from_db()
    assert (ridgeline.ben.role, list(ridgeline.ben.teams.all())) == ("manager", [crew])


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"email": "maya@ridgeline.example"}, "Somebody here has this email already."),
        ({"name": ""}, "Write their name"),
        ({"role": ""}, "Choose a role."),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(
    screen: Screen, ridgeline: Business, changed: dict[str, str], sentence: str
) -> None:
    screen.send(f"/people/{ridgeline.ben.pk}", **BEN | changed)
    assert screen.status == 422
    assert sentence in screen.words
    ridgeline.ben.refresh_from_db()
    assert (ridgeline.ben.name, ridgeline.ben.email) == ("Ben Whitfield", "ben@ridgeline.example")


def test_what_somebody_covers_is_written_between_commas(screen: Screen, ridgeline: Business) -> None:
    address = f"/people/{ridgeline.ben.pk}"
    screen.send(address, **BEN, covers="North side,  Metal roofs, north side")
    ridgeline.ben.refresh_from_db()
    assert ridgeline.ben.covers == ["north side", "metal roofs"]
    assert 'value="north side, metal roofs"' in screen.open(address)
    screen.send(address, **BEN, covers="everything " * 6)
    assert (screen.status, "put commas between them" in screen.words) == (422, True)


def test_the_only_admin_stays_admin(screen: Screen, ridgeline: Business) -> None:
    maya = {"name": "Maya Ortiz", "email": "maya@ridgeline.example", "role": "sales"}
    screen.send(f"/people/{ridgeline.maya.pk}", **maya)
    assert screen.status == 422
    assert "Maya Ortiz is the only admin: make somebody else admin first." in screen.words


def test_a_new_password_ends_the_old_one_and_is_shown_once(screen: Screen, ridgeline: Business) -> None:
    elsewhere = Client()
    elsewhere.force_login(ridgeline.ben)
    address = f"/people/{ridgeline.ben.pk}/password"
    assert "the old one stops working" in screen.open(address)
    page = screen.send(address)
    password = re.search(r'<code class="code">([a-z0-9-]{19})</code>', page)
    assert password
    ridgeline.ben.refresh_from_db()
    assert ridgeline.ben.check_password(password[1])
    assert elsewhere.get("/people/").status_code == 302


def test_an_admin_who_gives_themselves_a_password_stays_logged_in(screen: Screen, ridgeline: Business) -> None:
    screen.send(f"/people/{ridgeline.maya.pk}/password", password="quiet-river-stone")
    assert "Maya Ortiz can log in" in screen.words
    screen.open("/people/")
    assert screen.address == "/people/"


def test_a_password_that_could_be_guessed_is_refused(screen: Screen, ridgeline: Business) -> None:
    screen.send(f"/people/{ridgeline.ben.pk}/password", password="ben")
    assert screen.status == 422
    assert "Choose a longer one that nobody guesses." in screen.words


def test_somebody_who_left_is_not_changed(screen: Screen, ridgeline: Business) -> None:
    screen.send(f"/people/{ridgeline.tom.pk}/left")
    screen.open(f"/people/{ridgeline.tom.pk}")
    assert screen.status == 404
