"""A real mail server on this machine that takes letters, or fails as it is told, and the cast that writes."""

import asyncio
import gc
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from pytest_django import Settings

from trellis.conversations.actions import Outgoing, queue_messages, write_message
from trellis.conversations.models import Message
from trellis.core.ids import new_id
from trellis.core.memory import forget
from trellis.events import actions as events
from trellis.people.models import Contact, ContactPoint
from trellis.team.models import Business, User

NOON = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)
QUIRKS_OF_AIOSMTPD = [
    pytest.mark.filterwarnings("ignore:unclosed <StreamWriter:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning"),
]
CERTIFICATE = Path(__file__).with_name("localhost.pem")


@dataclass
class Behavior:
    """What the server took, and what it answers instead of 250 to a command."""

    port: int = 0
    letters: list[Envelope] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    breaks_off_after: str = ""
    waits_seconds: float = 0
    sessions: list[Session] = field(default_factory=list)

    def read(self) -> EmailMessage:
        """The one letter taken, read as its reader would."""
        [letter] = self.letters
        mail = message_from_bytes(letter.original_content or b"", policy=default)
        assert isinstance(mail, EmailMessage)
        return mail

    async def handle_MAIL(  # noqa: N802  # The names that aiosmtpd calls.
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        self.sessions.append(session)
        return await self._answer(server, "MAIL")

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return await self._answer(server, "RCPT")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await self._answer(server, "DATA")
        if answer.startswith("2"):
            self.letters.append(envelope)
        return answer

    async def _answer(self, server: SMTP, command: str) -> str:
        if self.waits_seconds and command == "DATA":
            await asyncio.sleep(self.waits_seconds)
        if self.breaks_off_after == command:
            assert server.transport
            server.transport.abort()  # type: ignore[attr-defined]  # Every TCP transport has it.
        return self.answers.get(command, "250 OK")


Start = Callable[..., Behavior]


@contextmanager
def listening() -> Iterator[Callable[..., Behavior]]:
    """Starts mail servers, which stop afterwards; keywords go to aiosmtpd."""
    running: list[Controller] = []

    def start(**options: Any) -> Behavior:
        behavior = Behavior(port=free_port())
        controller = Controller(behavior, hostname="127.0.0.1", port=behavior.port, ready_timeout=20, **options)
        controller.start()
        running.append(controller)
        return behavior

    yield start
    for controller in running:
        controller.stop()
    gc.collect()  # So that what it left open is complained of here, where it is expected.


@pytest.fixture
def start_server(settings: Settings) -> Iterator[Start]:
    """Starts a mail server and connects us to it through the environment."""
    with listening() as listen:

        def start(url: str = "smtp://{host}:{port}", **options: Any) -> Behavior:
            behavior = listen(**options)
            settings.SMTP_URL = url.format(host="127.0.0.1", port=behavior.port)
            settings.MAIL_FROM = "Ridgeline Roofing <hello@ridge.example>"
            settings.PUBLIC_URL = "https://crm.ridge.example"
            return behavior

        yield start


@pytest.fixture
def mail_server(start_server: Start) -> Behavior:
    return start_server()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def only_dana(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: LoginPassword | object
) -> AuthResult:
    known = isinstance(login, LoginPassword) and (login.login, login.password) == (b"dana", b"p@ss/word")
    return AuthResult(success=known, handled=known)


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """What higher rooms make of the facts is their own story."""
    monkeypatch.setattr(events, "_subscribers", {})


@pytest.fixture
def ridgeline(db: None) -> Iterator[Business]:
    yield Business.objects.create(name="Ridgeline Roofing", email="office@ridge.example", phone="+15015550100")
    forget()


@pytest.fixture
def dana(ridgeline: Business) -> User:
    return User.objects.create(email="dana@ridge.example", name="Dana Cole", created_at=NOON)


@pytest.fixture
def tasha(ridgeline: Business) -> Contact:
    contact = Contact.objects.create(name="Tasha Greer", created_at=NOON)
    point = "tasha@greer.example"
    ContactPoint.objects.create(contact=contact, kind="email", value=point, raw=point, created_at=NOON, held_at=NOON)
    return contact


@pytest.fixture
def by_rule(tasha: Contact) -> Callable[..., Message]:
    """Queues an automatic email to Tasha."""

    def queue(**changes: Any) -> Message:
        fields: dict[str, Any] = {
            "contact_id": tasha.id,
            "channel": "email",
            "recipient": "tasha@greer.example",
            "subject": "We got it",
            "text": "Hi Tasha, we got your message.",
            "journey_id": new_id(),
            "rule_id": "ack",
            "episode": 1,
            "template": "we-got-it",
            "playbook_version": 1,
        }
        [message] = queue_messages([Outgoing(**fields | changes)], at=NOON)
        assert message
        return message

    return queue


@pytest.fixture
def by_dana(tasha: Contact, dana: User) -> Callable[..., Message]:
    """Queues an email that Dana wrote to Tasha."""

    def write(text: str = "Hi Tasha, I can come at 2.", subject: str = "Your roof", at: datetime = NOON) -> Message:
        return write_message(contact=tasha, channel="email", text=text, subject=subject, by=dana, at=at)

    return write


def part(mail: EmailMessage, kind: str) -> str:
    """The plain or html text, as a reader sees its lines."""
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")
