"""The settings at a glance: each with its state in words, for everybody, in few queries and without a secret."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache

from tests.cast import TUESDAY, Business
from tests.screen import Screen
from trellis.conversations.connecting import note_test, store
from trellis.conversations.models import Connection
from trellis.core.ids import new_id
from trellis.core.memory import forget
from trellis.intake.models import Signal
from trellis.steps.capture.actions.open_form import open_form
from trellis.steps.capture.models import Form
from trellis.team.actions.tokens import create_token
from trellis.team.models import Role, User

PAGES = (
    "/settings",
    "/connections",
    "/settings/business",
    "/settings/forms",
    "/settings/connect/smtp",
    "/settings/connect/twilio",
    "/settings/inbound-email",
    "/settings/tokens",
)
SMTP = {"sender": "office@ridgeline.example", "host": "mail.example", "port": "587", "security": "starttls"}
SECRET = "correct-horse-battery"


@pytest.fixture
def set_up(ridgeline: Business) -> Form:
    """Everything is connected, one form is open."""
    store("smtp", SMTP | {"user": "u", "password": SECRET}, outcome="It works.", by=ridgeline.maya, at=TUESDAY)
    twilio = {"account_sid": "AC" + "0" * 32, "auth_token": SECRET, "number": "+15015550100"}
    store("twilio", twilio, outcome="It works.", by=ridgeline.maya, at=TUESDAY)
    store("inbound_email", {"secret": SECRET}, by=ridgeline.maya, at=TUESDAY)
    create_token(name="Website", role="sales", by=ridgeline.maya, at=TUESDAY)
    return open_form(key="roof-repair", title="Roof repair", playbook=ridgeline.playbook.key, at=TUESDAY)


def signal(form: Form, **changes: Any) -> None:
    told: dict[str, Any] = {
        "reference": str(new_id())[-12:],
        "kind": "form",
        "channel": "web",
        "source": form.key,
        "received_at": TUESDAY,
        "state": "attached",
        "settled_at": TUESDAY,
        "journey_id": new_id(),
    }
    Signal.objects.create(**told | changes)


def test_on_a_new_business_everything_says_what_is_still_to_do(screen: Screen) -> None:
    screen.open("/settings")
    for words in (
        "None is open: make one and put it on your website",
        "What customers answer by email stays outside",
        "What is written is kept here until you connect",
        "None: no other program reads or writes here",
    ):
        assert words in screen.words


def test_everything_that_is_set_up_says_how_it_stands(screen: Screen, set_up: Form) -> None:
    signal(set_up)
    signal(set_up, received_at=TUESDAY - timedelta(days=31))
    signal(set_up, state="set_aside", reason="spam", journey_id=None)
    screen.open("/settings")
    for words in (
        "Ridgeline Roofing, Conway, AR · (501) 555-0100",
        "1 open, 1 lead in 30 days",
        "Waiting for the first email",
        "Messages leave through office@ridgeline.example at mail.example",
        "Messages leave through (501) 555-0100 at Twilio",
        "1 in use",
    ):
        assert words in screen.words


def test_a_test_that_failed_is_seen_at_once(screen: Screen, set_up: Form) -> None:
    note_test("smtp", outcome="Refused.", failed_at=TUESDAY, at=TUESDAY)
    assert "The last test failed. Look at it." in screen.open("/settings")


def test_settings_are_in_the_navigation_and_the_old_address_still_works(screen: Screen) -> None:
    page = screen.open("/connections")
    assert 'href="/settings" title="Settings" aria-current="page"' in page
    assert 'data-keys="g o"' in page
    assert ">Connections</span>" not in page
    assert page.count("Not connected: kept here") == 2
    assert "Connect email" in page


def test_an_open_form_is_shown_with_what_to_paste(screen: Screen, set_up: Form) -> None:
    page = screen.open("/connections")
    assert "/f/roof-repair" in page
    assert "<iframe src=" in page
    assert "<iframe" not in screen.client.get("/connections").content.decode()


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("page", PAGES)
def test_everybody_may_look_and_nobody_sees_a_secret(screen: Screen, set_up: Form, role: str, page: str) -> None:
    somebody = User.objects.create_user(f"{role}@ridgeline.example", name="Somebody", role=role, created_at=TUESDAY)
    screen.log_in(somebody).open(page)
    assert screen.status == 200
    assert SECRET not in screen.page
    assert screen.page.count("<h1") == 1


@pytest.mark.parametrize("page", [*PAGES, "form", "/settings/forms/new"])
def test_a_page_costs_few_queries(screen: Screen, set_up: Form, page: str, django_assert_max_num_queries: Any) -> None:
    for number in range(8):
        other = open_form(key=f"form-{number}", title=f"Form {number}", playbook=set_up.playbook, at=TUESDAY)
        signal(other)
    address = f"/settings/forms/{set_up.pk}" if page == "form" else page
    cache.clear()
    forget()
    with django_assert_max_num_queries(15):
        screen.open(address)
    assert screen.status == 200


def test_a_stranger_is_asked_to_log_in(screen: Screen) -> None:
    screen.client.logout()
    for page in PAGES:
        assert screen.client.get(page).status_code == 302


def test_a_connection_sealed_under_another_key_is_not_connected(screen: Screen, set_up: Form) -> None:
    Connection.objects.filter(key="smtp").update(sealed="gAAAAAB-not-ours")
    forget()
    assert "Not connected" in screen.open("/settings/connect/smtp")
