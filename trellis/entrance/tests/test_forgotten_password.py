"""Somebody forgot their password: a link by email, or whom to ask."""

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.test import Client
from pytest_django import Settings

from tests.cast import TUESDAY, Business
from tests.screen import Screen
from trellis.core.memory import forget
from trellis.entrance.tests.conftest import PASSWORD
from trellis.integrations.smtp.tests.conftest import QUIRKS_OF_AIOSMTPD, Behavior, free_port, listening
from trellis.team.actions.people import deactivate_user

pytestmark = QUIRKS_OF_AIOSMTPD
NEW = "quiet-river-stone"
SENT = "If somebody works here with that address, a link is on its way to it."


@pytest.fixture
def post(settings: Settings) -> Iterator[Behavior]:
    """A real mail server, to which Trellis is connected."""
    with listening() as start:
        server = start()
        settings.SMTP_URL = f"smtp://127.0.0.1:{server.port}"
        settings.MAIL_FROM = "Ridgeline Roofing <office@ridgeline.example>"
        settings.PUBLIC_URL = "https://crm.ridgeline.example"
        forget()
        yield server


def link_in(post: Behavior) -> str:
    """The one link of the one letter, as soon as it is there."""
    until = time.monotonic() + 10
    while not post.letters and time.monotonic() < until:
        time.sleep(0.02)
    [letter] = post.letters
    text = message_from_bytes(letter.original_content or b"", policy=default).get_content()
    found = re.search(r"https://crm\.ridgeline\.example(/\S+)", str(text))
    assert found, text
    return found[1]


def test_somebody_who_forgot_their_password_gets_a_link_that_works_once(
    door: Screen, post: Behavior, ridgeline: Business
) -> None:
    door.send("/forgotten", email="Maya@Ridgeline.example")
    assert SENT in door.words
    link = link_in(post)
    assert post.letters[0].rcpt_tos == ["maya@ridgeline.example"]
    door.open(link)
    assert link not in door.address
    door.send(door.address, password1=NEW, password2=NEW)
    assert "Your password is changed." in door.words
    assert door.address == "/log-in"
    door.send("/log-in", email="maya@ridgeline.example", password=PASSWORD)
    assert door.status == 422
    door.send("/log-in", email="maya@ridgeline.example", password=NEW)
    assert door.address == "/"
    again = Screen(Client())
    again.open(link)
    assert "This link is over" in again.words


def test_a_link_is_over_after_an_hour(
    door: Screen, post: Behavior, monkeypatch: pytest.MonkeyPatch, ridgeline: Business
) -> None:
    door.send("/forgotten", email="maya@ridgeline.example")
    link = link_in(post)
    from django.contrib.auth.tokens import PasswordResetTokenGenerator

    now = PasswordResetTokenGenerator()._now()
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: now + timedelta(minutes=59))
    assert "Choose a new password" in Screen(Client()).open(link)
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: now + timedelta(minutes=61))
    assert "This link is over" in Screen(Client()).open(link)


def test_a_link_is_over_once_the_address_is_another(door: Screen, post: Behavior, ridgeline: Business) -> None:
    door.send("/forgotten", email="maya@ridgeline.example")
    link = link_in(post)
    ridgeline.maya.email = "m@ridgeline.example"
    ridgeline.maya.save()
    assert "This link is over" in door.open(link)


def test_a_link_that_nobody_made_opens_nothing(door: Screen, ridgeline: Business) -> None:
    for key in ("1/abc", "x/x", f"{ridgeline.maya.pk.hex}/set-password", f"{ridgeline.maya.pk.hex}/c0-ffee"):
        assert "This link is over" in door.open(f"/forgotten/{key}")


def test_a_stranger_and_somebody_who_left_are_answered_alike_and_get_no_letter(
    door: Screen, post: Behavior, ridgeline: Business
) -> None:
    deactivate_user(ridgeline.tom, by=ridgeline.maya, at=TUESDAY)
    for email in ("nobody@ridgeline.example", "tom@ridgeline.example"):
        door.send("/forgotten", email=email)
        assert (door.status, SENT in door.words) == (200, True)
    door.send("/forgotten", email="maya@ridgeline.example")
    link_in(post)
    assert [letter.rcpt_tos for letter in post.letters] == [["maya@ridgeline.example"]]


def test_nobody_has_letters_sent_without_end(door: Screen, post: Behavior, ridgeline: Business) -> None:
    for _ in range(5):
        door.send("/forgotten", email="nobody@ridgeline.example")
        assert door.status == 200
    door.send("/forgotten", email="nobody@ridgeline.example")
    assert door.status == 429


def test_a_new_password_lets_in_whom_somebody_had_guessed_out(
    door: Screen, post: Behavior, ridgeline: Business
) -> None:
    for _ in range(11):
        door.send("/log-in", email="maya@ridgeline.example", password="wrong")
    assert door.status == 429
    door.send("/forgotten", email="maya@ridgeline.example")
    door.open(link_in(post))
    door.send(door.address, password1=NEW, password2=NEW)
    door.send("/log-in", email="maya@ridgeline.example", password=NEW)
    assert door.address == "/"


def test_a_new_password_ends_every_session(maya: Screen, post: Behavior) -> None:
    somewhere = Screen(Client())
    somewhere.send("/forgotten", email="maya@ridgeline.example")
    somewhere.open(link_in(post))
    somewhere.send(somewhere.address, password1=NEW, password2=NEW)
    assert maya.client.get("/").status_code == 302


def test_a_password_that_could_be_guessed_is_refused(door: Screen, post: Behavior, ridgeline: Business) -> None:
    door.send("/forgotten", email="maya@ridgeline.example")
    door.open(link_in(post))
    form = door.address
    door.send(form, password1="short", password2="short")
    assert (door.status, "at least 10 characters" in door.words) == (422, True)
    door.send(form, password1=NEW, password2="another-one-here")
    assert (door.status, "That is not the same." in door.words) == (422, True)


def test_where_email_is_not_connected_the_page_says_whom_to_ask(door: Screen) -> None:
    door.open("/forgotten")
    assert "Ask an admin" in door.words
    assert "<form" not in door.page.partition("<main")[2]


def test_a_mail_server_that_does_not_answer_is_not_seen_by_strangers(
    door: Screen, settings: Settings, ridgeline: Business
) -> None:
    settings.SMTP_URL, settings.MAIL_FROM = f"smtp://127.0.0.1:{free_port()}", "office@ridgeline.example"
    door.send("/forgotten", email="maya@ridgeline.example")
    assert (door.status, SENT in door.words) == (200, True)
