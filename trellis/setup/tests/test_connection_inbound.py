"""An admin lets email in: a secret that is shown once."""

import re

import pytest
from pytest_django import Settings

from tests.cast import Business
from tests.screen import Screen

INBOUND = "/settings/inbound-email"
LETTER = b"From: Tasha <tasha@greer.example>\r\nTo: office@ridgeline.example\r\nSubject: Roof\r\n\r\nIt leaks.\r\n"


def secret_on(page: str) -> str:
    found = re.search(r"<code[^>]*>([\w-]{32})</code>", page)
    return found[1] if found else ""


def test_the_secret_is_shown_once_and_lets_email_in(screen: Screen) -> None:
    assert "What customers answer by email stays outside" in screen.open(INBOUND)
    made = secret_on(screen.send(f"{INBOUND}/secret"))
    assert made
    assert f"http://trellis:{made}@127.0.0.1:8000/hooks/email" in screen.page
    assert "Waiting for the first email" in screen.open(INBOUND)
    assert made not in screen.page
    headers = {"Authorization": f"Bearer {made}"}
    assert screen.client.post("/hooks/email", LETTER, content_type="message/rfc822", headers=headers).status_code == 201
    assert "The last email came 10:00 AM" in re.sub(r"<[^>]+>", "", screen.open(INBOUND))
    assert "Last email" in screen.open("/settings")


def test_a_new_secret_is_made_only_after_asking(screen: Screen) -> None:
    first = secret_on(screen.send(f"{INBOUND}/secret"))
    assert "turned away until you give them the new one" in screen.open(f"{INBOUND}/secret")
    second = secret_on(screen.send(f"{INBOUND}/secret"))
    assert second
    assert second != first


def test_taking_no_more_in_ends_the_secret(screen: Screen) -> None:
    made = secret_on(screen.send(f"{INBOUND}/secret"))
    assert "Take no more email in?" in screen.open(f"{INBOUND}/end")
    assert "No more email is taken in." in screen.send(f"{INBOUND}/end")
    headers = {"Authorization": f"Bearer {made}"}
    assert screen.client.post("/hooks/email", LETTER, content_type="message/rfc822", headers=headers).status_code == 403


def test_a_secret_of_the_environment_is_neither_shown_nor_changed(screen: Screen, settings: Settings) -> None:
    settings.INBOUND_EMAIL_SECRET = "of-the-environment"
    page = screen.open(INBOUND)
    assert "set by the server’s environment" in page
    assert "of-the-environment" not in page
    assert "Change it there and restart Trellis" in screen.send(f"{INBOUND}/secret")
    assert screen.status == 422


@pytest.mark.parametrize("act", ["secret", "end"])
def test_who_is_no_admin_makes_and_ends_nothing(screen: Screen, ridgeline: Business, act: str) -> None:
    screen.log_in(ridgeline.ben)
    screen.send(f"{INBOUND}/{act}")
    assert screen.status == 403
    assert "Connecting is for admins." in screen.open(INBOUND)
