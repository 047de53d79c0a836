"""The cast: Dana and Sam of the business, Tasha the customer, and a postman who does as he is told."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from trellis.conversations import transports
from trellis.conversations.actions import Outgoing, queue_messages
from trellis.conversations.models import Message
from trellis.conversations.transports import Receipt
from trellis.core.ids import new_id
from trellis.events import actions as events
from trellis.events.models import Event
from trellis.people.models import Contact, ContactPoint
from trellis.team.models import User

NOON = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)


class Postman:
    """A way out that answers each call with the next of `answers` and remembers what he was given."""

    how_to_connect = "Give the postman his shoes."

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self.connected = True
        self.carried: list[Message] = []
        self.answers: list[Receipt | Exception] = []
        self.found: Receipt | Exception | None = None
        self.on_the_way: Callable[[Message], None] = lambda message: None

    def is_connected(self) -> bool:
        return self.connected

    def sender(self) -> str:
        return "hello@ridge.example"

    def send(self, message: Message) -> Receipt:
        self.carried.append(message)
        self.on_the_way(message)
        return said(self.answers.pop(0) if self.answers else Receipt(f"P{len(self.carried)}"))

    def look_up(self, message: Message) -> Receipt | None:
        return said(self.found)


def said[Answer](answer: Answer | Exception) -> Answer:
    if isinstance(answer, Exception):
        raise answer
    return answer


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this room tells is checked in the log; what higher rooms make of it is their own story."""
    monkeypatch.setattr(events, "_subscribers", {})


@pytest.fixture
def noon() -> datetime:
    return NOON


@pytest.fixture
def dana(db: None) -> User:
    return User.objects.create(email="dana@ridge.example", name="Dana Cole", created_at=NOON)


@pytest.fixture
def tasha(db: None) -> Contact:
    contact = Contact.objects.create(name="Tasha Greer", created_at=NOON)
    add_point(contact, "email", "tasha@greer.example")
    add_point(contact, "phone", "+15015550101")
    return contact


def add_point(contact: Contact, kind: str, value: str, **fields: Any) -> ContactPoint:
    fields = {"held_at": NOON} | fields
    return ContactPoint.objects.create(contact=contact, kind=kind, value=value, raw=value, created_at=NOON, **fields)


@pytest.fixture
def postman(monkeypatch: pytest.MonkeyPatch) -> Postman:
    """Carries email."""
    return _hired("email", monkeypatch)


@pytest.fixture
def texter(monkeypatch: pytest.MonkeyPatch) -> Postman:
    """Carries texts."""
    return _hired("sms", monkeypatch)


def _hired(channel: str, monkeypatch: pytest.MonkeyPatch) -> Postman:
    postman = Postman(channel)
    monkeypatch.setitem(transports._transports, channel, postman)
    return postman


@pytest.fixture
def outgoing(tasha: Contact) -> Callable[..., Outgoing]:
    """Makes what a rule decided to send: the acknowledgment of Tasha's journey, unless told otherwise."""
    journey_id = new_id()

    def make(**changes: Any) -> Outgoing:
        fields: dict[str, Any] = {
            "contact_id": tasha.id,
            "channel": "email",
            "recipient": "tasha@greer.example",
            "subject": "We got it",
            "text": "Hi Tasha, we got your message. Is water coming in right now?",
            "journey_id": journey_id,
            "rule_id": "ack",
            "episode": 1,
            "template": "we-got-it",
            "playbook_version": 1,
        }
        return Outgoing(**fields | changes)

    return make


def told(key: str) -> list[Event]:
    """The facts of this kind that were announced, oldest first."""
    return list(Event.objects.filter(key=key).order_by("id"))


def entered(wanted: Outgoing, at: datetime) -> Message:
    """Queue one automatic message that is new to the ledger."""
    [message] = queue_messages([wanted], at=at)
    assert message is not None
    return message
