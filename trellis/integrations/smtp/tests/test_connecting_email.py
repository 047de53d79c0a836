"""Email is connected on screen only after a real test, and each failure says what, why and what to do."""

import logging
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from pytest_django import Settings

from trellis.conversations.connecting import Faulty, connect, disconnect, try_again
from trellis.conversations.connections import TrialFailed, connector_for, stored
from trellis.conversations.ledger import deliver_due
from trellis.conversations.models import Connection, Message
from trellis.core.memory import forget
from trellis.core.refusal import Refused
from trellis.integrations.smtp import trial
from trellis.integrations.smtp.tests.conftest import (
    CERTIFICATE,
    NOON,
    QUIRKS_OF_AIOSMTPD,
    Behavior,
    free_port,
    listening,
    only_dana,
    tls,
)
from trellis.team.models import Business, User

pytestmark = QUIRKS_OF_AIOSMTPD
AUTH: dict[str, Any] = {"authenticator": only_dana, "auth_require_tls": False}
Listen = Callable[..., Behavior]
Connect = Callable[..., str]


@pytest.fixture
def listen(settings: Settings) -> Iterator[Listen]:
    settings.PUBLIC_URL = "https://crm.ridge.example"
    with listening() as start:
        yield start


@pytest.fixture
def connect_email(dana: User) -> Connect:
    """Dana types what a mail server needs; the sentence that she gets."""

    def type_in(server: Behavior | None = None, remembered: dict[str, str] | None = None, **changes: str) -> str:
        typed = {
            "sender": "hello@ridge.example",
            "sender_name": "",
            "user": "",
            "password": "",
            "host": "127.0.0.1",
            "port": str(server.port if server else free_port()),
            "security": "none",
        }
        connector = connector_for("smtp")
        assert connector
        return connect(connector, typed=typed | changes, remembered=remembered, by=dana, at=NOON).says

    return type_in


def refusal(connect_email: Connect, *args: Any, **changes: str) -> TrialFailed:
    with pytest.raises(TrialFailed) as failed:
        connect_email(*args, **changes)
    assert not Connection.objects.exists()
    return failed.value


def test_a_test_email_arrives_and_from_then_on_the_worker_sends(
    listen: Listen, connect_email: Connect, by_rule: Callable[..., Message]
) -> None:
    server = listen()
    kept = by_rule()
    deliver_due(at=NOON)
    says = connect_email(server)
    assert says.startswith("Test email sent to dana@ridge.example in 0.")
    letter = server.read()
    assert (letter["To"], letter["From"]) == (
        "Dana Cole <dana@ridge.example>",
        "Ridgeline Roofing <hello@ridge.example>",
    )
    assert letter["Subject"] == "Email from Ridgeline Roofing works"
    assert "leaves through 127.0.0.1 as hello@ridge.example" in letter.get_content()
    deliver_due(at=NOON)
    kept.refresh_from_db()
    assert kept.state == "handed_over"
    assert server.letters[1].mail_from == "hello@ridge.example"


def test_what_was_typed_rests_encrypted(listen: Listen, connect_email: Connect) -> None:
    connect_email(listen(**AUTH), user="dana", password="p@ss/word", sender_name="Ridge <&> Roofs")
    [row] = Connection.objects.all()
    assert "ss/word" not in row.sealed
    assert stored("smtp")["password"] == "p@ss/word"
    assert (row.connected_at, row.tested_at, row.failed_at) == (NOON, NOON, None)
    assert row.outcome.startswith("Test email sent")


def test_with_a_password_alone_the_address_logs_in(listen: Listen, connect_email: Connect) -> None:
    logins: list[bytes] = []

    def anybody(*asked: Any) -> AuthResult:
        logins.append(asked[-1].login)
        return AuthResult(success=True)

    connect_email(listen(authenticator=anybody, auth_require_tls=False), password="p@ss/word")
    assert logins == [b"hello@ridge.example"]


def test_encryption_is_used_as_it_was_chosen(
    listen: Listen, connect_email: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    upgraded, from_the_start = listen(tls_context=tls()), listen(ssl_context=tls())
    assert connect_email(upgraded, security="starttls")
    assert upgraded.sessions[0].ssl
    assert connect_email(from_the_start, security="tls")
    assert len(from_the_start.letters) == 1


@pytest.mark.parametrize("password", ["wrong", "p@ss/word "])
def test_a_wrong_password_is_said_so_and_never_repeated(
    listen: Listen, connect_email: Connect, password: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    failed = refusal(connect_email, listen(**AUTH), user="dana", password=password)
    assert failed.sentence.startswith("127.0.0.1 did not accept this user name and password (535")
    assert "app password" in failed.sentence
    assert failed.field == "password"
    assert password not in failed.sentence + caplog.text


def test_a_provider_that_we_know_says_which_password_it_wants(monkeypatch: pytest.MonkeyPatch) -> None:
    from trellis.integrations.smtp.presets import note_for

    assert "app password" in note_for("smtp.gmail.com")
    assert note_for("mail.example.com") == note_for("") == ""


def test_a_server_that_takes_no_password_is_said_so(listen: Listen, connect_email: Connect) -> None:
    failed = refusal(connect_email, listen(), user="dana", password="p@ss/word")
    assert "takes no user name and password" in failed.sentence


def test_a_server_that_wants_a_password_is_said_so(listen: Listen, connect_email: Connect) -> None:
    failed = refusal(connect_email, listen(**AUTH, auth_required=True))
    assert "lets nobody send without logging in (530" in failed.sentence
    assert failed.sentence.endswith("Fill in the user name and the password.")


def test_a_server_that_is_nowhere_is_said_so(connect_email: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    failed = refusal(connect_email, host="smtp.gmial.com")
    assert failed.sentence == "No server is called “smtp.gmial.com”. Check how it is spelled."
    assert failed.field == "host"


def test_a_port_where_nobody_listens_is_said_so(connect_email: Connect) -> None:
    failed = refusal(connect_email)
    assert "127.0.0.1 takes no connection on port" in failed.sentence
    assert "587 with STARTTLS" in failed.sentence


def test_a_server_that_is_silent_is_left_in_time(connect_email: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        failed = refusal(connect_email, port=str(silent.getsockname()[1]))
    assert "did not answer on port" in failed.sentence


def test_a_server_slow_in_the_middle_is_left_in_time(
    listen: Listen, connect_email: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "SECONDS", 0.4)
    server = listen()
    server.waits_seconds = 2
    assert "did not answer" in refusal(connect_email, server).sentence


def test_a_certificate_of_nobody_is_said_so_and_nothing_is_sent(listen: Listen, connect_email: Connect) -> None:
    for options, security in (({"tls_context": tls()}, "starttls"), ({"ssl_context": tls()}, "tls")):
        server = listen(**options)
        failed = refusal(connect_email, server, security=security, user="dana", password="p@ss/word")
        assert failed.sentence.startswith("The certificate of 127.0.0.1 cannot be trusted (self")
        assert (failed.field, server.letters) == ("host", [])


def test_the_wrong_kind_of_encryption_is_said_so(listen: Listen, connect_email: Connect) -> None:
    assert "does not speak TLS from the start" in refusal(connect_email, listen(), security="tls").sentence
    failed = refusal(connect_email, listen(), security="starttls")
    assert "does not offer STARTTLS" in failed.sentence
    assert failed.field == "security"


@pytest.mark.parametrize(
    ("command", "answer", "says", "field"),
    [
        ("MAIL", "550 5.7.60 Not yours", "does not accept that you send as hello@ridge.example: 550 5.7.60", "sender"),
        ("MAIL", "451 Later", "451 Later. Try again in a few minutes.", "sender"),
        ("RCPT", "550 5.1.1 Nobody", "does not accept an email to dana@ridge.example: 550 5.1.1 Nobody", ""),
        ("DATA", "554 Looks like spam", "refused the test email: 554 Looks like spam. Ask your provider", ""),
        ("DATA", "451 Greylisted", "refused the test email: 451 Greylisted. Try again in a few minutes.", ""),
    ],
)
def test_a_refusal_of_the_server_is_told_in_its_words(
    listen: Listen, connect_email: Connect, command: str, answer: str, says: str, field: str
) -> None:
    server = listen(**AUTH)
    server.answers = {command: answer}
    failed = refusal(connect_email, server, user="dana", password="p@ss/word")
    assert says in failed.sentence
    assert failed.field == field


def test_a_server_that_hangs_up_is_said_so(listen: Listen, connect_email: Connect) -> None:
    server = listen()
    server.breaks_off_after = "MAIL"
    assert "ended the connection" in refusal(connect_email, server).sentence


def test_a_server_that_repeats_the_password_is_not_quoted(listen: Listen, connect_email: Connect) -> None:
    server = listen(**AUTH)
    server.answers = {"MAIL": "550 who is p@ss/word"}
    assert "p@ss/word" not in refusal(connect_email, server, user="dana", password="p@ss/word").sentence


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"sender": "Ridgeline"}, "sender", "not complete"),
        ({"host": "smtp://mail.example"}, "host", "the name of the server alone"),
        ({"host": "mail.example:587"}, "host", "the name of the server alone"),
        ({"host": ""}, "host", "the name of the server alone"),
        ({"port": "smtp"}, "port", "A port is a number"),
        ({"port": "70000"}, "port", "A port is a number"),
        ({"security": "hope"}, "security", "Choose how"),
        ({"user": "dana"}, "password", "Type the password"),
        ({"host": "mail.example", "user": "dana", "password": "p"}, "security", "could be read on its way"),
    ],
)
def test_what_can_be_seen_to_be_wrong_is_not_even_tried(
    connect_email: Connect, changes: dict[str, str], field: str, says: str
) -> None:
    with pytest.raises(Faulty) as faulty:
        connect_email(**changes)
    assert list(faulty.value.faults) == [field]
    assert says in faulty.value.faults[field]


def test_an_empty_password_keeps_the_stored_one_for_the_same_server_only(
    listen: Listen, connect_email: Connect
) -> None:
    ours, theirs = listen(**AUTH, auth_required=True), listen(**AUTH, auth_required=True)
    connect_email(ours, user="dana", password="p@ss/word")
    connect_email(ours, user="dana", sender="office@ridge.example")
    assert ours.letters[1].mail_from == "office@ridge.example"
    with pytest.raises(Faulty, match="Type it again"):
        connect_email(theirs, user="dana")
    assert theirs.letters == []
    assert stored("smtp")["port"] == str(ours.port)


def test_a_password_typed_a_moment_ago_may_go_to_the_server_named_now(listen: Listen, connect_email: Connect) -> None:
    server = listen(**AUTH, auth_required=True)
    connect_email(server, remembered={"password": "p@ss/word"}, user="dana")
    assert stored("smtp")["password"] == "p@ss/word"


def test_a_failing_test_leaves_what_was_connected_in_use(listen: Listen, connect_email: Connect) -> None:
    server = listen()
    connect_email(server)
    with pytest.raises(TrialFailed):
        connect_email()
    assert stored("smtp")["port"] == str(server.port)


def test_testing_again_notes_how_it_went(listen: Listen, connect_email: Connect, dana: User) -> None:
    server, connector = listen(), connector_for("smtp")
    assert connector
    connect_email(server)
    server.answers = {"DATA": "554 Suspended"}
    with pytest.raises(TrialFailed):
        try_again(connector, by=dana, at=NOON)
    [row] = Connection.objects.all()
    assert (row.failed_at, "554 Suspended" in row.outcome) == (NOON, True)
    server.answers = {}
    try_again(connector, by=dana, at=NOON)
    row.refresh_from_db()
    assert row.failed_at is None


def test_disconnecting_forgets_the_password_and_keeps_messages_here(
    listen: Listen, connect_email: Connect, dana: User, by_rule: Callable[..., Message]
) -> None:
    connector = connector_for("smtp")
    assert connector
    connect_email(listen())
    disconnect(connector, by=dana, at=NOON)
    [row] = Connection.objects.all()
    assert (row.sealed, row.disconnected_by, stored("smtp")) == ("", dana, {})
    assert by_rule().held == "not connected"
    with pytest.raises(Refused, match="Nothing is connected"):
        try_again(connector, by=dana, at=NOON)


def test_what_the_environment_sets_wins_and_is_not_changed_here(
    listen: Listen, connect_email: Connect, dana: User, settings: Settings
) -> None:
    connector = connector_for("smtp")
    assert connector
    connect_email(listen())
    theirs = listen()
    settings.SMTP_URL, settings.MAIL_FROM = f"smtp://127.0.0.1:{theirs.port}", "Env <env@ridge.example>"
    for act in (lambda: connect_email(theirs), lambda: disconnect(connector, by=dana, at=NOON)):
        with pytest.raises(Refused, match="environment sets this"):
            act()
    assert "env@ridge.example" in connector.summary(connector.environment() or {})
    try_again(connector, by=dana, at=NOON)
    assert theirs.letters[0].mail_from == "env@ridge.example"


def test_under_another_secret_key_it_is_not_connected_any_more(
    listen: Listen, connect_email: Connect, settings: Settings
) -> None:
    connect_email(listen())
    settings.SECRET_KEY = "another one"
    forget()
    assert stored("smtp") == {}


def test_a_business_without_a_name_beside_the_address_uses_its_own(
    listen: Listen, connect_email: Connect, ridgeline: Business
) -> None:
    server = listen()
    connect_email(server, sender_name="The <b>roofers</b>")
    assert server.read()["From"] == '"The <b>roofers</b>" <hello@ridge.example>'
