"""Somebody new: they can log in at once, with a password that is shown once."""

import re

import pytest
from django.test import Client

from tests.cast import Business
from tests.screen import Screen
from trellis.setup.forms.people import ROLES
from trellis.team.actions.business import set_business
from trellis.team.models import Team, User
from trellis.team.roles import ADMINS_ALONE, Reach, by_default

ROSA = {"name": "Rosa Diaz", "email": "Rosa@Ridgeline.example", "role": "sales"}


def test_a_password_is_made_and_shown_once(screen: Screen, ridgeline: Business) -> None:
    screen.send("/people/new", **ROSA)
    assert screen.status == 200
    assert "Rosa Diaz can log in" in screen.words
    password = re.search(r'<code class="code">([a-z0-9-]{19})</code>', screen.page)
    assert password
    rosa = User.objects.get(email="rosa@ridgeline.example")
    assert rosa.check_password(password[1])
    assert Client().login(username=rosa.email, password=password[1])
    assert password[1] not in screen.open("/people/")


def test_nobody_keeps_the_page_with_the_password(screen: Screen, ridgeline: Business) -> None:
    response = screen.client.post("/people/new", ROSA)
    assert "no-store" in response.headers["Cache-Control"]


def test_in_a_dialog_the_password_stays_in_the_dialog(screen: Screen, ridgeline: Business) -> None:
    response = screen.client.post("/people/new", ROSA, headers={"HX-Request": "true"})
    assert response.headers["HX-Retarget"] == "#dialog"
    assert b'id="application"' not in response.content


def test_a_person_gets_teams_hours_and_the_password_one_chose(screen: Screen, ridgeline: Business) -> None:
    crew = Team.objects.get(key="crew")
    screen.send("/people/new", **ROSA, teams=[crew.pk], phone="(501) 555-0177", password="quiet-river-stone")
    rosa = User.objects.get(email="rosa@ridgeline.example")
    assert (rosa.name, rosa.role, rosa.phone) == ("Rosa Diaz", "sales", "(501) 555-0177")
    assert list(rosa.teams.all()) == [crew]
    assert rosa.check_password("quiet-river-stone")


def test_their_clock_is_that_of_the_businesss_region(screen: Screen, ridgeline: Business) -> None:
    set_business(locale="en-GB", by=ridgeline.maya, at=screen.at)
    screen.send("/people/new", **ROSA)
    assert User.objects.get(email="rosa@ridgeline.example").hour_cycle == "h23"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"email": "BEN@ridgeline.example"}, "Somebody here has this email already. Write another one."),
        ({"email": "rosa at ridgeline"}, "That is not an email address. Write one such as rosa@example.com."),
        ({"email": ""}, "Write their email: they log in with it."),
        ({"name": " "}, "Write their name: customers read the first part."),
        ({"role": "boss"}, "boss is not one of the available choices."),
        ({"password": "short"}, "at least 10 characters. Choose a longer one that nobody guesses."),
        ({"password": "1234567890"}, "too common. Choose a longer one that nobody guesses."),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_its_field(
    screen: Screen, ridgeline: Business, changed: dict[str, str], sentence: str
) -> None:
    screen.send("/people/new", **ROSA | changed)
    assert screen.status == 422
    assert sentence in screen.words
    assert User.objects.count() == 4


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        ("admin", ["see history", "change playbook", "erase contact"], []),
        ("manager", ["see history", "change playbook", "change hours", "change journey"], ["erase contact"]),
        ("marketing", ["change contact", "change segment", "change form", "see journey"], ["change journey"]),
        ("marketing", ["import contact"], ["see conversation", "send conversation", "add journey"]),
        ("sales", ["change journey", "send conversation", "import contact"], ["change form"]),
        ("support", ["send conversation", "add journey"], ["import contact", "change form"]),
        ("viewer", ["see contact", "see journey", "see conversation"], ["change contact", "add note"]),
    ],
)
def test_what_is_said_of_a_role_is_what_it_may(role: str, may: list[str], may_not: list[str]) -> None:
    assert {right for right in may if by_default(role, *right.split()) != Reach.ALL} == set()
    assert {right for right in may_not if by_default(role, *right.split()) != Reach.NONE} == set()


def test_support_changes_the_leads_of_its_team_and_admins_alone_colleagues_and_settings() -> None:
    assert by_default("support", "change", "journey") == Reach.TEAM
    assert {("change", "person"), ("change", "settings")} <= ADMINS_ALONE
    assert {str(choice) for _, choice in ROLES} >= {
        "Support messages, new leads, leads of their team",
        "Manager all but settings, colleagues and erasing people",
    }
