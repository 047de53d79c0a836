"""Email really leaves through SMTP, and every break is known for what it is."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from trellis.conversations.ledger import deliver_due
from trellis.conversations.models import Message
from trellis.integrations.smtp import server as smtp_server
from trellis.integrations.smtp.tests.conftest import (
    CERTIFICATE,
    NOON,
    QUIRKS_OF_AIOSMTPD,
    Behavior,
    Start,
    free_port,
    only_dana,
    part,
    tls,
)

pytestmark = QUIRKS_OF_AIOSMTPD
Queue = Callable[..., Message]


def send(at_minute: int = 0) -> Message:
    """Let the worker run once; the one message as it stands after."""
    deliver_due(at=NOON + timedelta(minutes=at_minute))
    return Message.objects.get()


def test_an_email_arrives(mail_server: Behavior, by_rule: Queue) -> None:
    by_rule()
    assert send().state == "handed_over"
    [letter] = mail_server.letters
    assert (letter.mail_from, letter.rcpt_tos) == ("hello@ridge.example", ["tasha@greer.example"])
    assert "Hi Tasha, we got your message." in part(mail_server.read(), "plain")


def test_with_nothing_configured_it_is_kept_here(by_rule: Queue, settings: Settings) -> None:
    settings.SMTP_URL = settings.MAIL_FROM = ""
    by_rule()
    assert (send().state, send().held) == ("queued", "not connected")


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("RCPT", "451 4.3.0 Try later"),
        ("MAIL", "452 4.3.1 Full"),
        ("DATA", "451 4.7.1 Greylisted"),
        ("MAIL", "421 Bye"),
    ],
)
def test_a_refusal_for_now_is_tried_again(mail_server: Behavior, by_rule: Queue, command: str, answer: str) -> None:
    mail_server.answers = {command: answer}
    by_rule()
    waiting = send()
    assert (waiting.state, waiting.attempts) == ("queued", 1)
    assert answer in waiting.reason
    mail_server.answers = {}
    assert send(at_minute=2).state == "handed_over"
    assert len(mail_server.letters) == 1


@pytest.mark.parametrize(
    ("command", "answer"),
    [("RCPT", "550 5.1.1 No such user"), ("MAIL", "550 5.7.1 Not you"), ("DATA", "554 5.7.1 Looks like spam")],
)
def test_a_refusal_for_good_fails(mail_server: Behavior, by_rule: Queue, command: str, answer: str) -> None:
    mail_server.answers = {command: answer}
    by_rule()
    failed = send()
    assert failed.state == "failed"
    assert answer in failed.reason


def test_a_connection_that_breaks_after_the_text_leaves_it_in_doubt(mail_server: Behavior, by_rule: Queue) -> None:
    mail_server.breaks_off_after = "DATA"
    by_rule()
    doubtful = send()
    assert doubtful.state == "in_doubt"
    assert doubtful.reason.startswith("the connection broke after the text was sent")
    mail_server.breaks_off_after = ""
    assert send(at_minute=60 * 24).state == "in_doubt"
    assert mail_server.letters == [] or len(mail_server.letters) == 1


@pytest.mark.parametrize("command", ["MAIL", "RCPT"])
def test_a_connection_that_breaks_before_the_text_is_tried_again(
    mail_server: Behavior, by_rule: Queue, command: str
) -> None:
    mail_server.breaks_off_after = command
    by_rule()
    assert send().state == "queued"
    mail_server.breaks_off_after = ""
    assert send(at_minute=2).state == "handed_over"


def test_a_server_too_slow_to_answer_leaves_it_in_doubt(
    mail_server: Behavior, by_rule: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp_server, "ACCEPT_SECONDS", 0.2)
    mail_server.waits_seconds = 1
    by_rule()
    doubtful = send()
    assert doubtful.state == "in_doubt"
    assert "timed out" in doubtful.reason


def test_a_server_that_is_slow_but_answers_has_it(mail_server: Behavior, by_rule: Queue) -> None:
    mail_server.waits_seconds = 0.5
    by_rule()
    assert send().state == "handed_over"


def test_with_nobody_listening_it_is_tried_again(start_server: Start, by_rule: Queue, settings: Settings) -> None:
    start_server()
    settings.SMTP_URL = f"smtp://127.0.0.1:{free_port()}"
    by_rule()
    waiting = send()
    assert waiting.state == "queued"
    assert waiting.reason.startswith("no connection to 127.0.0.1")


@pytest.mark.parametrize("url", ["smtp://", "http://mail.example", "smtp://mail.example:port", "smtp://[::1"])
def test_an_address_of_a_server_that_makes_no_sense_says_so(
    start_server: Start, by_rule: Queue, settings: Settings, url: str
) -> None:
    start_server()
    settings.SMTP_URL = url
    by_rule()
    waiting = send()
    assert waiting.state == "queued"
    assert "TRELLIS_SMTP_URL" in waiting.reason


def test_it_is_encrypted_where_the_server_offers_it(
    start_server: Start, by_rule: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    server = start_server(tls_context=tls())
    by_rule()
    assert send().state == "handed_over"
    assert server.sessions[0].ssl


def test_a_server_with_a_certificate_of_nobody_gets_no_letter(start_server: Start, by_rule: Queue) -> None:
    server = start_server(tls_context=tls())
    by_rule()
    waiting = send()
    assert waiting.state == "queued"
    assert "CERTIFICATE_VERIFY_FAILED" in waiting.reason
    assert server.letters == []


def test_it_can_be_encrypted_from_the_start(
    start_server: Start, by_rule: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    server = start_server("smtps://{host}:{port}", ssl_context=tls())
    by_rule()
    assert send().state == "handed_over"
    assert len(server.letters) == 1


AUTH: dict[str, Any] = {"authenticator": only_dana, "auth_require_tls": False, "auth_required": True}


def test_we_log_in_with_the_password_of_the_address(start_server: Start, by_rule: Queue) -> None:
    server = start_server("smtp://dana:p%40ss%2Fword@{host}:{port}", **AUTH)
    by_rule()
    assert send().state == "handed_over"
    assert len(server.letters) == 1


@pytest.mark.parametrize("user", ["dana:wrong@", ""])
def test_a_password_that_is_wrong_or_missing_costs_no_message(start_server: Start, by_rule: Queue, user: str) -> None:
    server = start_server("smtp://" + user + "{host}:{port}", **AUTH)
    by_rule()
    assert send().state == "queued"
    assert server.letters == []


def test_a_password_is_not_sent_in_the_clear_across_a_network(
    start_server: Start, by_rule: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp_server.Server, "is_here", False)
    start_server("smtp://dana:p%40ss%2Fword@{host}:{port}", **AUTH)
    by_rule()
    assert "offers no encryption" in send().reason


def test_an_address_with_letters_of_the_world_needs_a_server_that_takes_it(start_server: Start, by_rule: Queue) -> None:
    server = start_server(enable_SMTPUTF8=True)
    by_rule(recipient="jürgen@müller.example")
    assert (send().state, send().reason) == ("handed_over", "")
    assert server.letters[0].rcpt_tos == ["jürgen@xn--mller-kva.example"]


def test_a_server_that_does_not_take_it_is_not_asked(start_server: Start, by_rule: Queue) -> None:
    mail_server = start_server(enable_SMTPUTF8=False)
    by_rule(recipient="jürgen@greer.example")
    assert (send().state, mail_server.letters) == ("failed", [])


def test_a_letter_with_lone_dots_arrives_whole(mail_server: Behavior, by_dana: Queue) -> None:
    by_dana(text="first\n.\n..second\n.third")
    send()
    assert part(mail_server.read(), "plain") == "first\n.\n..second\n.third\n"


def test_a_letter_we_fail_to_compose_is_tried_again_and_never_in_doubt(
    mail_server: Behavior, by_rule: Queue, settings: Settings
) -> None:
    settings.MAIL_FROM = "Ridgeline Roofing"
    by_rule()
    waiting = send()
    assert (waiting.state, mail_server.letters) == ("queued", [])
    assert waiting.reason.startswith("the email could not be composed")
