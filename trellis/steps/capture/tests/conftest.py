"""The roofing business with its public form, and the doors that customers come through."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.cast import TUESDAY, Business
from trellis.intake.actions import interpret, receive
from trellis.intake.models import Signal
from trellis.journeys.models import Journey
from trellis.steps.capture.actions.open_form import open_form
from trellis.steps.capture.models import Form

SHARED = Path(__file__).resolve().parents[5] / "shared" / "data"


class Door:
    """`/f/roof-repair`, at a time of the test's choosing."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.at = TUESDAY
        self.address = "/f/roof-repair"

    def open(self, query: str = "", **headers: Any) -> Any:
        return self.client.get(self.address + query, **headers)

    def post(self, fields: dict[str, Any], **headers: Any) -> Any:
        return self.client.post(self.address, fields, **headers)

    def post_json(self, fields: Any, **headers: Any) -> Any:
        body = fields if isinstance(fields, bytes | str) else json.dumps(fields)
        return self.client.post(self.address, body, content_type="application/json", **headers)


@pytest.fixture
def door(client: Client, monkeypatch: pytest.MonkeyPatch) -> Door:
    door = Door(client)
    monkeypatch.setattr("trellis.steps.capture.views.timezone.now", lambda: door.at)
    return door


@pytest.fixture
def roof_repair(ridgeline: Business) -> Form:
    return open_form(
        key="roof-repair",
        title="Get your roof looked at",
        intro="Tell us what happened.",
        playbook=ridgeline.playbook.key,
        at=TUESDAY,
    )


@pytest.fixture
def hear(ridgeline: Business) -> Callable[..., Signal]:
    """A signal from a hook, interpreted."""

    def hear(kind: str, channel: str, at: datetime = TUESDAY, **payload: Any) -> Signal:
        external_id = payload.get("call_id") or payload.get("message_id")
        signal, _ = receive(kind=kind, channel=channel, source="hook", payload=payload, at=at, external_id=external_id)
        return interpret(signal, at=at)

    return hear


def journey_of(signal: Signal) -> Journey:
    return Journey.objects.get(pk=signal.journey_id)
