"""A stand-in for Twilio that speaks its wire format, signed hooks, and the cast."""

import base64
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings
from twilio.request_validator import RequestValidator

from trellis.conversations.actions import Outgoing, queue_messages
from trellis.conversations.models import Message
from trellis.core.ids import new_id
from trellis.core.memory import forget
from trellis.events import actions as events
from trellis.intake import actions as intake
from trellis.intake.actions import Settlement
from trellis.intake.models import Signal
from trellis.people.models import Contact
from trellis.team.models import Business

NOON = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)
ACCOUNT = {"account_sid": "AC" + "0" * 32, "auth_token": "12345", "number": "+15015550100"}
TASHA = "+15015550101"
SITE = "https://crm.ridge.example"


@dataclass
class Twilio:
    """What Twilio took, and how it misbehaves: `status` and `error` answer a POST, `breaks_off` answers nothing."""

    taken: list[dict[str, Any]] = field(default_factory=list)
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    status: int = 201
    error: dict[str, Any] = field(default_factory=dict)
    breaks_off: bool = False
    loses_it: bool = False
    rewrites: str = "{body}"
    list_status: int = 200
    waits_seconds: float = 0
    account: dict[str, Any] = field(default_factory=lambda: {"friendly_name": "Ridge & Co", "status": "active"})
    numbers: list[dict[str, Any]] = field(default_factory=lambda: [number()])

    def post(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if self.status != 201:
            return self.status, {"status": self.status, "more_info": "https://www.twilio.com/docs"} | self.error
        told = {
            "sid": f"SM{len(self.taken):032}",
            "account_sid": ACCOUNT["account_sid"],
            "to": form["To"],
            "from": form.get("From"),
            "body": self.rewrites.format(body=form["Body"]),
            "direction": "outbound-api",
            "status": "queued",
            "date_created": format_datetime(NOON),
            "date_sent": None,
            "error_code": None,
            "error_message": None,
        }
        if not self.loses_it:
            self.taken.append(told)
        return 201, told

    def get(self, path: str, query: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if path.endswith(f"{ACCOUNT['account_sid']}.json"):
            return 200, self.account
        if path.endswith("/IncomingPhoneNumbers.json"):
            wanted = query.get("PhoneNumber")
            found = [one for one in self.numbers if wanted in (None, one["phone_number"])]
            return 200, {"incoming_phone_numbers": found}
        return self.list(query)

    def list(self, query: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if self.list_status != 200:
            return self.list_status, {"code": 20500, "message": "Internal", "status": self.list_status}
        return 200, {"messages": [told for told in reversed(self.taken) if told["to"] == query["To"]], "page": 0}


def number(**changes: Any) -> dict[str, Any]:
    """A number of the account, as Twilio tells it."""
    told = {
        "phone_number": ACCOUNT["number"],
        "capabilities": {"sms": True, "voice": True},
        "sms_url": f"{SITE}/hooks/twilio/sms",
        "voice_url": f"{SITE}/hooks/twilio/voice",
    }
    return told | changes


class Handler(BaseHTTPRequestHandler):
    twilio: Twilio

    def do_POST(self) -> None:
        form = one_each(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self._answer("POST", form, self.twilio.post)

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        self._answer("GET", one_each(urlsplit(self.path).query), lambda query: self.twilio.get(path, query))

    def _answer(
        self, method: str, form: dict[str, str], act: Callable[[dict[str, str]], tuple[int, dict[str, Any]]]
    ) -> None:
        path = urlsplit(self.path).path
        self.twilio.asked.append((method, path, form))
        expected = base64.b64encode(f"{ACCOUNT['account_sid']}:12345".encode()).decode()
        known = self.headers["Authorization"] == f"Basic {expected}"
        status, body = act(form) if known else (401, {"code": 20003, "message": "Authenticate", "status": 401})
        if method == "POST" and self.twilio.breaks_off:
            self.close_connection = True
            return
        time.sleep(self.twilio.waits_seconds)
        content = json.dumps(body).encode()
        with suppress(ConnectionError):
            self._reply(status, content)

    def _reply(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        pass


def one_each(form: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(form, keep_blank_values=True).items()}


@pytest.fixture
def twilio(settings: Settings, connected: None) -> Iterator[Twilio]:
    twilio = Twilio()
    handler = type("Bound", (Handler,), {"twilio": twilio})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    settings.TWILIO = ACCOUNT | {"api_url": f"http://127.0.0.1:{server.server_port}"}
    yield twilio
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def connected(settings: Settings) -> None:
    """Twilio knows us; nothing is sent."""
    settings.TWILIO = ACCOUNT | {"api_url": "http://127.0.0.1:1"}
    settings.PUBLIC_URL = SITE


@pytest.fixture(autouse=True)
def only_this_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """What higher rooms make of facts and signals is their own story: here each signal is set aside."""
    monkeypatch.setattr(events, "_subscribers", {})
    monkeypatch.setattr(intake, "_interpreters", [set_aside])


def set_aside(signals: Sequence[Signal], at: datetime) -> list[Settlement]:
    return [Settlement(state="set_aside", reason="a test") for _ in signals]


@pytest.fixture
def ridgeline(db: None) -> Iterator[Business]:
    forget()
    yield Business.objects.create(name="Ridgeline <& Roofing>", phone="(501) 555-0199", region="US")
    forget()


@pytest.fixture
def text_to_tasha(db: None, ridgeline: Business) -> Callable[..., Message]:
    """Queues an automatic text."""
    tasha = Contact.objects.create(name="Tasha Greer", created_at=NOON)

    def queue(**changes: Any) -> Message:
        fields: dict[str, Any] = {
            "contact_id": tasha.id,
            "channel": "sms",
            "recipient": TASHA,
            "subject": "",
            "text": "Sorry we missed you. Is water coming in right now?",
            "journey_id": new_id(),
            "rule_id": "sorry",
            "episode": 1,
            "template": "sorry-we-missed-you",
            "playbook_version": 1,
        }
        [message] = queue_messages([Outgoing(**fields | changes)], at=NOON)
        assert message
        return message

    return queue


Hook = Callable[..., HttpResponse]


@pytest.fixture
def hook(client: Client, connected: None, db: None) -> Hook:
    """Posts a form to one of our hooks as Twilio does, with its signature."""

    def post(path: str, form: dict[str, str], signature: str | None = None) -> HttpResponse:
        signed = RequestValidator("12345").compute_signature(SITE + path, form)
        answer = client.post(path, form, headers={"X-Twilio-Signature": signed if signature is None else signature})
        assert isinstance(answer, HttpResponse)
        return answer

    return post
