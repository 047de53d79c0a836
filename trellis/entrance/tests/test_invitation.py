"""A colleague is invited by a link, with which they choose their own password."""

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from pytest_django import Settings

from tests.cast import TUESDAY, Business
from tests.screen import Screen
from trellis.core.memory import forget
from trellis.integrations.smtp.tests.conftest import QUIRKS_OF_AIOSMTPD, free_port, listening
from trellis.team.actions.invitations import invitation_for
from trellis.team.actions.people import create_user, deactivate_user
from trellis.team.models import User

pytestmark = QUIRKS_OF_AIOSMTPD
NEW = "quiet-river-stone"
ROSA = {"name": "Rosa Lind", "email": "rosa@ridgeline.example", "role": "sales", "entry": "link"}


def link_on(screen: Screen) -> str:
    found = re.search(r'<code class="code">https?://[^/]+(/invitation/[^<]+)</code>', screen.page)
    assert found, screen.words
    return found[1]


@pytest.fixture
def rosa(ridgeline: Business) -> User:
    return create_user(name="Rosa Lind", email="rosa@ridgeline.example", role="sales", by=None, at=TUESDAY)


def test_a_colleague_is_invited_by_a_link_that_is_shown_once_and_works_once(maya: Screen) -> None:
    maya.send("/people/new", **ROSA)
    assert "A link for Rosa Lind" in maya.words
    link = link_on(maya)
    new = Screen(Client())
    new.send("/log-in", email=ROSA["email"], password="")
    assert new.status == 422
    assert "Welcome, Rosa" in new.open(link)
    new.send(link, password1=NEW, password2=NEW)
    assert new.address == "/"
    assert "Rosa Lind" in new.words
    new.send("/log-out")
    new.send("/log-in", email=ROSA["email"], password=NEW)
    assert new.address == "/"
    assert "This link is over" in Screen(Client()).open(link)


def test_the_link_is_mailed_where_email_is_connected(maya: Screen, settings: Settings) -> None:
    with listening() as start:
        server = start()
        settings.SMTP_URL, settings.MAIL_FROM = f"smtp://127.0.0.1:{server.port}", "office@ridgeline.example"
        forget()
        maya.send("/people/new", **ROSA)
        assert "We sent it to rosa@ridgeline.example." in maya.words
        letter = server.read()
    assert letter["To"] == "Rosa Lind <rosa@ridgeline.example>"
    assert link_on(maya) in letter.get_content().replace("=\n", "")
    assert "Maya Ortiz lets you into Trellis at Ridgeline Roofing." in letter.get_content()


def test_a_letter_that_does_not_leave_says_so_and_the_link_is_there_all_the_same(
    maya: Screen, settings: Settings
) -> None:
    settings.SMTP_URL, settings.MAIL_FROM = f"smtp://127.0.0.1:{free_port()}", "office@ridgeline.example"
    forget()
    maya.send("/people/new", **ROSA)
    assert "The email to rosa@ridgeline.example did not leave: no connection to 127.0.0.1" in maya.words
    assert link_on(maya)


def test_a_link_instead_of_a_new_password_leaves_the_old_one_until_it_is_used(
    maya: Screen, ridgeline: Business
) -> None:
    maya.send(f"/people/{ridgeline.ben.pk}/password", entry="link")
    link = link_on(maya)
    ben = Screen(Client())
    ben.send("/log-in", email="ben@ridgeline.example", password="x" * 12)
    assert ben.address == "/"
    Screen(Client()).send(link, password1=NEW, password2=NEW)
    assert ben.client.get("/").status_code == 302


def test_an_invitation_is_over_after_seven_days(door: Screen, rosa: User, monkeypatch: pytest.MonkeyPatch) -> None:
    link = f"/invitation/{invitation_for(rosa)}"
    now = signing.time.time()
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + timedelta(days=6, hours=23).total_seconds())
    assert "Welcome, Rosa" in door.open(link)
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + timedelta(days=7, hours=1).total_seconds())
    assert "This link is over" in door.open(link)
    door.send(link, password1=NEW, password2=NEW)
    assert door.status == 410


def test_whoever_left_is_not_invited_any_more(door: Screen, rosa: User, ridgeline: Business) -> None:
    link = f"/invitation/{invitation_for(rosa)}"
    deactivate_user(rosa, by=ridgeline.maya, at=TUESDAY)
    assert "This link is over" in door.open(link)


def test_a_key_that_nobody_made_invites_nobody(door: Screen, rosa: User) -> None:
    key = invitation_for(rosa)
    for wrong in ("x", key[:-2] + "AA", signing.dumps([rosa.pk.hex, "x"], salt="trellis.invitation")):
        door.open(f"/invitation/{wrong}")
        assert door.status == 410
