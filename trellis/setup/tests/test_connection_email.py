"""An admin connects email on screen: with a real test, and without the password ever coming back."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from pytest_django import Settings

from tests.cast import Business
from tests.screen import Screen
from trellis.conversations.actions import write_message
from trellis.conversations.ledger import deliver_due
from trellis.conversations.models import Connection, Message
from trellis.integrations.smtp.tests.conftest import QUIRKS_OF_AIOSMTPD, Behavior, free_port, listening, only_dana

pytestmark = QUIRKS_OF_AIOSMTPD
EMAIL = "/settings/connect/smtp"
AUTH: dict[str, Any] = {"authenticator": only_dana, "auth_require_tls": False, "auth_required": True}
Listen = Callable[..., Behavior]


@pytest.fixture
def listen() -> Iterator[Listen]:
    with listening() as start:
        yield start


def typed(server: Behavior | None = None, **changes: str) -> dict[str, str]:
    fields = {
        "sender": "office@ridgeline.example",
        "sender_name": "",
        "user": "dana",
        "password": "p@ss/word",
        "host": "127.0.0.1",
        "port": str(server.port if server else free_port()),
        "security": "none",
    }
    return fields | changes


def value_of(page: str, name: str) -> str:
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert found
    value = re.search(r'value="([^"]*)"', found[0])
    return value[1] if value else ""


def test_email_is_connected_with_a_letter_that_arrives(screen: Screen, listen: Listen) -> None:
    server = listen(**AUTH)
    page = screen.send(EMAIL, **typed(server))
    assert "Connected. Test email sent to maya@ridgeline.example in 0." in page
    assert "Messages leave through office@ridgeline.example at 127.0.0.1" in page
    assert "Connected 10:00 AM by Maya Ortiz." in screen.words
    assert server.read()["To"] == "Maya Ortiz <maya@ridgeline.example>"


def test_what_was_kept_here_leaves_and_what_is_too_old_is_told(
    screen: Screen, listen: Listen, ridgeline: Business
) -> None:
    renee = ridgeline.contact()
    for minutes in (5, 59, 61, 600):
        at = screen.at - timedelta(minutes=minutes)
        write_message(contact=renee, channel="email", text="We can come at 2.", by=ridgeline.ben, at=at)
    screen.open(EMAIL)
    assert "4 messages are kept here. Connect now and 2 of the last hour leave; 2 stay on the timeline" in screen.words
    assert screen.words.count("We can come at 2.") == 4
    assert "Renee Castillo" in screen.words
    assert "Ben, 5m ago" in screen.words
    server = listen(**AUTH)
    page = screen.send(EMAIL, **typed(server))
    assert "2 messages of the last hour leave now; 2 messages stay here: too late to send." in page
    deliver_due(at=screen.at)
    assert sorted(Message.objects.values_list("state", flat=True)) == [*["handed_over"] * 2, *["suppressed"] * 2]
    assert len(server.letters) == 3


def test_a_failing_test_keeps_what_was_typed_but_never_sends_the_password_back(screen: Screen, listen: Listen) -> None:
    server = listen(**AUTH)
    page = screen.send(EMAIL, **typed(server, password="wrong-horse", sender_name="The roofers"))
    assert screen.status == 422
    assert 'role="alert"' in page
    assert "127.0.0.1 did not accept this user name and password" in page
    assert [value_of(page, name) for name in ("sender_name", "user", "host")] == ["The roofers", "dana", "127.0.0.1"]
    assert "wrong-horse" not in page
    assert not Connection.objects.exists()
    assert not any("wrong-horse" in str(session.get_decoded()) for session in Session.objects.all())


def test_a_password_need_not_be_typed_again_after_another_mistake(screen: Screen, listen: Listen) -> None:
    server = listen(**AUTH)
    assert "takes no connection on port" in screen.send(EMAIL, **typed())
    assert "Kept as it is. Type a new one to replace it." in screen.page
    assert "Connected. Test email sent" in screen.send(EMAIL, **typed(server, password=""))
    assert "p@ss/word" not in screen.open(EMAIL)


def test_a_password_typed_for_one_provider_is_not_sent_to_another(screen: Screen, listen: Listen) -> None:
    server = listen(**AUTH)
    screen.send(EMAIL, **typed(provider="gmail"))
    assert "Kept as it is" in screen.open(f"{EMAIL}?provider=gmail")
    assert "Kept as it is" not in screen.open(f"{EMAIL}?provider=fastmail")
    assert "Type the password" in screen.send(EMAIL, **typed(server, provider="fastmail", password=""))
    assert server.sessions == []


def test_the_stored_password_is_not_sent_to_another_server(screen: Screen, listen: Listen) -> None:
    ours, theirs = listen(**AUTH), listen(**AUTH)
    screen.send(EMAIL, **typed(ours))
    assert "Kept as it is" in screen.open(EMAIL)
    assert "Kept as it is" not in screen.open(f"{EMAIL}?provider=gmail")
    page = screen.send(EMAIL, **typed(theirs, password=""))
    assert screen.status == 422
    assert "Type it again: it would go to another server than before." in page
    assert theirs.sessions == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"sender": ""}, "Fill this in: it is needed to connect."),
        ({"sender": "office"}, "This email address is not complete."),
        ({"host": ""}, "Fill this in: it is needed to connect."),
        ({"host": "http://mail.example"}, "Write the name of the server alone"),
        ({"port": "mail"}, "A port is a number"),
        ({"security": "hope"}, "hope"),
        ({"password": ""}, "Type the password"),
        ({"host": "mail.example"}, "the password could be read on its way"),
    ],
)
def test_each_thing_that_is_wrong_is_said_beside_its_field(screen: Screen, changes: dict[str, str], says: str) -> None:
    page = screen.send(EMAIL, **typed(**changes))
    assert screen.status == 422
    assert says in page
    assert 'class="field__error"' in page


@pytest.mark.parametrize(
    ("provider", "host", "port", "says"),
    [
        ("gmail", "smtp.gmail.com", "587", "want an app password"),
        ("microsoft", "smtp.office365.com", "587", "Authenticated SMTP"),
        ("fastmail", "smtp.fastmail.com", "465", "want an app password"),
        ("ses", "email-smtp.us-east-1.amazonaws.com", "587", "are not your AWS keys"),
        ("postmark", "smtp.postmarkapp.com", "587", "both as user name and as password"),
        ("mailgun", "smtp.mailgun.org", "587", "of your sending domain"),
        ("other", "", "587", "under “SMTP”"),
        ("nobody", "", "587", "Your provider’s help pages"),
    ],
)
def test_a_provider_fills_in_its_server_and_says_which_password_it_wants(
    screen: Screen, provider: str, host: str, port: str, says: str
) -> None:
    page = screen.open(f"{EMAIL}?provider={provider}")
    assert (value_of(page, "host"), value_of(page, "port")) == (host, port)
    assert says in page or says.replace("want ", "wants ") in page


def test_a_test_that_fails_later_stands_in_the_page_until_one_goes_well(screen: Screen, listen: Listen) -> None:
    server = listen(**AUTH)
    screen.send(EMAIL, **typed(server))
    server.answers = {"DATA": "554 Account on hold"}
    page = screen.send(f"{EMAIL}/test")
    assert 'class="toast toast--late" role="alert"' in page
    assert "Test failed" in screen.open("/settings")
    assert "554 Account on hold" in screen.open(EMAIL)
    server.answers = {}
    screen.send(f"{EMAIL}/test")
    assert "Test failed" not in screen.open("/settings")


def test_disconnecting_says_what_happens_to_what_is_on_its_way(
    screen: Screen, listen: Listen, ridgeline: Business
) -> None:
    screen.send(EMAIL, **typed(listen(**AUTH)))
    write_message(contact=ridgeline.contact(), channel="email", text="Hi", by=ridgeline.ben, at=screen.at)
    assert "1 message on the way out is kept here." in screen.open(f"{EMAIL}/disconnect")
    assert "Email is disconnected." in screen.send(f"{EMAIL}/disconnect")
    deliver_due(at=screen.at)
    assert Message.objects.get().held == "not connected"
    assert screen.open(f"{EMAIL}/disconnect")
    assert screen.address == EMAIL


def test_what_the_environment_sets_is_shown_and_not_offered_for_change(
    screen: Screen, listen: Listen, settings: Settings
) -> None:
    server = listen()
    settings.SMTP_URL, settings.MAIL_FROM = f"smtp://dana:secret-horse@127.0.0.1:{server.port}", "env@ridge.example"
    page = screen.open(EMAIL)
    assert "Set by the server’s environment." in page
    assert "env@ridge.example at 127.0.0.1" in page
    assert "secret-horse" not in page
    assert "Test and connect" not in page
    assert "Set by the server’s environment." in screen.send(EMAIL, **typed(server))
    assert screen.status == 422


@pytest.mark.parametrize("who", ["ben", "priya"])
def test_who_is_no_admin_sees_how_it_stands_and_changes_nothing(
    screen: Screen, listen: Listen, ridgeline: Business, who: str
) -> None:
    screen.send(EMAIL, **typed(listen(**AUTH)))
    screen.log_in(getattr(ridgeline, who))
    page = screen.open(EMAIL)
    assert "Connecting is for admins." in page
    assert "p@ss/word" not in page
    assert 'name="password"' not in page
    for address in (EMAIL, f"{EMAIL}/test", f"{EMAIL}/disconnect"):
        screen.send(address, **typed())
        assert screen.status == 403
    assert Connection.objects.get().disconnected_at is None


def test_a_connection_that_there_is_not(screen: Screen) -> None:
    for address in ("/settings/connect/pigeon", "/settings/connect/inbound_email"):
        screen.open(address)
        assert screen.status == 404


def test_no_page_and_no_answer_of_the_api_holds_the_password(screen: Screen, listen: Listen) -> None:
    screen.send(EMAIL, **typed(listen(**AUTH)))
    pages = ("/", "/settings", "/connections", EMAIL, f"{EMAIL}/disconnect", "/readyz", "/api/v1/openapi.json")
    assert not any("p@ss/word" in screen.open(address) for address in pages)
