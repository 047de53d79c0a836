"""The doors of the business as the world knows them, and a clock that the story turns."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.conf import settings as configured
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from twilio.request_validator import RequestValidator

from tests.cast import TUESDAY, Business, chicago
from trellis.config.worker import deliver_due_messages, do_due_work
from trellis.core.memory import forget
from trellis.integrations.smtp.tests.conftest import Start, mail_server, start_server
from trellis.integrations.twilio.tests.conftest import ACCOUNT, connected, twilio
from trellis.journeys.models import Journey
from trellis.steps.capture.actions.open_form import open_form

__all__ = ["Start", "connected", "mail_server", "start_server", "twilio"]


@dataclass
class World:
    """Now, the doors, and the worker that comes by."""

    now: datetime
    client: Client

    def at(self, text: str) -> None:
        """Let it be this local time. Whatever came due on the way happened when it was due, to the minute."""
        self.now = chicago(text)
        forget()

    def passes(self, **span: float) -> None:
        self.now += timedelta(**span)
        forget()

    def work(self) -> None:
        """A worker does all that is due by now."""
        while do_due_work(self.now) + deliver_due_messages(self.now):
            pass

    def until(self, text: str, step: timedelta = timedelta(minutes=30)) -> None:
        """Time passes with a worker at work."""
        end = chicago(text)
        while self.now < end:
            self.work()
            self.now = min(end, self.now + step)
            forget()
        self.work()

    def form(self, **fields: str) -> str:
        """Send the roofer's form; the reference."""
        answer = self.client.post("/f/roof-repair", json.dumps(fields), content_type="application/json")
        assert answer.status_code == 201, answer.content
        return str(answer.json()["reference"])

    def twilio(self, hook: str, **params: str) -> HttpResponse:
        """Twilio tells us something, signed as Twilio signs."""
        path = f"/hooks/twilio/{hook}"
        params = {"AccountSid": ACCOUNT["account_sid"], "To": ACCOUNT["number"]} | params
        signature = RequestValidator(ACCOUNT["auth_token"]).compute_signature(configured.PUBLIC_URL + path, params)
        return self.client.post(path, params, headers={"X-Twilio-Signature": signature})

    def missed_call(self, number: str, call: str = "CA1") -> None:
        answer = self.twilio("voice", CallSid=call, From=number, CallStatus="no-answer", Direction="inbound")
        assert answer.status_code in (200, 204), answer.content

    def answered_call(self, number: str, call: str = "CA2", seconds: int = 120) -> None:
        told = {"CallStatus": "completed", "CallDuration": str(seconds), "Direction": "inbound"}
        assert self.twilio("voice", CallSid=call, From=number, **told).status_code in (200, 204)

    def text(self, number: str, body: str, sid: str = "SM1") -> None:
        assert self.twilio("sms", MessageSid=sid, From=number, Body=body).status_code == 200

    def email(self, **headers: str) -> HttpResponse:
        letter = EmailMessage()
        letter.set_content(headers.pop("body", "Hello"))
        for name, value in headers.items():
            letter[name.replace("_", "-")] = value
        return self.client.post(
            "/hooks/email",
            letter.as_bytes(),
            content_type="message/rfc822",
            headers={"Authorization": "Bearer from-the-mail-server"},
        )


@pytest.fixture
def world(ridgeline: Business, settings: Settings, connected: None, monkeypatch: pytest.MonkeyPatch) -> World:
    open_form(key="roof-repair", title="Get your roof looked at", playbook=ridgeline.playbook.key, at=TUESDAY)
    settings.INBOUND_EMAIL_SECRET = "from-the-mail-server"
    settings.ALLOWED_HOSTS = ["*"]
    world = World(TUESDAY, Client())
    monkeypatch.setattr(timezone, "now", lambda: world.now)
    return world


Only = Callable[..., Journey]


@pytest.fixture
def only() -> Only:
    """The one journey there is (of those that match)."""

    def find(**which: Any) -> Journey:
        return Journey.objects.select_related("owner", "stage", "contact", "next_task").get(**which)

    return find
