"""The naughty strings through doors that no room tests alone: texts, and all that a person types in the app."""

import json
import os
from pathlib import Path

import pytest
from django.urls import reverse

from tests.cast import Business, next_step
from tests.stories.conftest import Only, World
from trellis.intake.queries import counts
from trellis.integrations.twilio.tests.conftest import Twilio
from trellis.journeys.audit import audit

STRINGS = Path(__file__).resolve().parents[3] / "shared/data/edge_strings/blns.json"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not STRINGS.exists() and not os.environ.get("CI"), reason=f"{STRINGS} is not here"),
]
TASHA = "+15015550142"


def strings() -> list[str]:
    return [text for text in json.loads(STRINGS.read_text()) if text]


def test_by_text(world: World, twilio: Twilio) -> None:
    for number, text in enumerate(strings()):
        world.text(TASHA, text, sid=f"SM{number}")
    found = counts()
    assert found["received"] == len(strings()) == found["attached"] + found["joined"]
    assert audit()["violations"] == 0


def test_typed_by_a_person_on_the_contact_page(world: World, ridgeline: Business, only: Only) -> None:
    world.form(name="Tasha Greer", email="tasha@example.com", phone=TASHA, message="Hail")
    journey = only()
    world.client.force_login(ridgeline.maya)
    page = reverse("desk:contact", args=[journey.contact_id])
    for text in strings()[::5]:
        for tab in ("note", "email", "sms"):
            answer = world.client.post(reverse("desk:compose", args=[journey.contact_id, tab]), {"text": text})
            assert answer.status_code in (302, 303, 200, 422), (tab, text)
        assert next_step(journey)
    answer = world.client.get(page)
    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content
    assert audit()["violations"] == 0


def test_typed_as_a_new_lead(world: World, ridgeline: Business) -> None:
    world.client.force_login(ridgeline.maya)
    for number, text in enumerate(strings()[::5]):
        fields = {
            "name": text[:200],
            "phone": text[:60],
            "message": text,
            "email": f"n{number}@example.com",
            "kind": "call",
        }
        answer = world.client.post(reverse("desk:new_lead"), fields)
        assert answer.status_code in (302, 303, 200, 422), text
    found = counts()
    assert found["received"] == found["attached"] + found["joined"] > 0
    assert world.client.get(reverse("desk:today")).status_code == 200
