"""A connected inbox."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from trellis.events import actions as events
from trellis.intake import actions as intake
from trellis.intake.actions import Settlement
from trellis.intake.models import Signal

SECRET = "correct-horse-battery"
ROOF = (
    b"From: Tasha Greer <tasha@greer.example>\r\nTo: hello@ridge.example\r\nSubject: Our roof\r\n"
    b"Message-ID: <1@greer.example>\r\nDate: Wed, 10 Jun 2026 12:00:00 +0000\r\n\r\nIt leaks.\r\n"
)

Post = Callable[..., HttpResponse]


@pytest.fixture(autouse=True)
def only_this_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """What higher rooms make of signals is their own story: here each is set aside."""
    monkeypatch.setattr(events, "_subscribers", {})
    monkeypatch.setattr(intake, "_interpreters", [set_aside])


def set_aside(signals: Sequence[Signal], at: datetime) -> list[Settlement]:
    return [Settlement(state="set_aside", reason="a test") for _ in signals]


@pytest.fixture
def post(client: Client, settings: Settings, db: None) -> Post:
    """Posts raw bytes to the hook, with the secret unless told otherwise."""
    settings.INBOUND_EMAIL_SECRET = SECRET

    def send(body: bytes = ROOF, content_type: str = "message/rfc822", **headers: Any) -> HttpResponse:
        headers = {"Authorization": f"Bearer {SECRET}"} | headers
        answer = client.post("/hooks/email", body, content_type=content_type, headers=headers)
        assert isinstance(answer, HttpResponse)
        return answer

    return send
