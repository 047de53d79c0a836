"""A signal that another program sends ends like one that came by the web, by phone or by mail."""

import json
import os
from pathlib import Path

import pytest

from tests.api.conftest import Caller, problem
from tests.cast import Business
from trellis.conversations.models import Call, Message
from trellis.intake.models import Signal
from trellis.intake.queries import counts
from trellis.journeys.audit import audit

RENEE = {
    "name": "Renee Castillo",
    "email": "renee@example.com",
    "phone": "(501) 555-0123",
    "message": "A limb came down on the roof.",
    "urgency": "yes",
    "page": "https://ridgeline.example/storm",
    "utm_source": "google",
}
ELSEWHERE = (("form", "email"), ("message", "phone"), ("missed_call", "phone"), ("form", "source"))
NAUGHTY = Path(__file__).resolve().parents[2].parent / "shared/data/edge_strings/blns.json"


def test_a_form_becomes_a_person_a_journey_and_a_next_step(api: Caller) -> None:
    response = api.post("/signals", RENEE)
    assert response.status_code == 201
    told = response.json()
    assert (told["state"], told["reason"], len(told["reference"])) == ("attached", "", 8)
    contact = api.get(f"/contacts/{told['contact']}").json()
    assert (contact["name"], contact["first_touch"]["utm_source"]) == ("Renee Castillo", "google")
    assert {point["value"] for point in contact["points"]} == {"renee@example.com", "+15015550123"}
    journey = api.get(f"/journeys/{told['journey']}").json()
    assert (journey["status"], journey["words"]) == ("open", "A limb came down on the roof.")
    assert journey["answers"] == {"urgency": "yes"}
    assert journey["owner"]
    assert journey["next_step"]["due_at"] == journey["due_at"]


def test_a_second_signal_joins(api: Caller) -> None:
    first = api.post("/signals", RENEE).json()
    second = api.post("/signals", {"email": "renee@example.com", "answers": {"urgency": "no"}}).json()
    assert (second["state"], second["journey"]) == ("joined", first["journey"])
    assert counts() == {"received": 2, "attached": 1, "joined": 1, "set_aside": 0, "waiting": 0}


def test_the_same_act_told_twice_is_stored_once(api: Caller) -> None:
    first = api.post("/signals", RENEE | {"external_id": "42", "source": "website"})
    again = api.post("/signals", RENEE | {"external_id": "42", "source": "website"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert api.post("/signals", RENEE | {"external_id": "42", "source": "other"}).status_code == 201


def test_what_is_not_known_here_is_kept(api: Caller) -> None:
    api.post("/signals", RENEE | {"roof_age": 12, "photos": [{"id": 1}], "gone": None})
    kept = Signal.objects.get().payload
    assert (kept["roof_age"], kept["photos"], kept["gone"]) == (12, [{"id": 1}], None)


def test_a_missed_call_is_answered_with_a_text_and_a_call_back(api: Caller) -> None:
    told = api.post("/signals", {"kind": "missed_call", "phone": "501-555-0123"}).json()
    assert told["state"] == "attached"
    assert (Call.objects.get().outcome, Message.objects.get().channel) == ("missed", "sms")
    assert api.get(f"/journeys/{told['journey']}").json()["next_step"]["kind"] == "call"


def test_a_call_from_a_hidden_number_is_set_aside_with_the_reason(api: Caller) -> None:
    told = api.post("/signals", {"kind": "missed_call"}).json()
    assert (told["state"], told["contact"], told["journey"]) == ("set_aside", None, None)
    assert "hid their number" in told["reason"]


@pytest.mark.parametrize(
    ("sender", "channel"), [({"phone": "5015550123"}, "sms"), ({"email": "al@example.com"}, "email")]
)
def test_a_message_is_entered_as_what_they_wrote(api: Caller, sender: dict[str, str], channel: str) -> None:
    told = api.post("/signals", {"kind": "message", "message": "Can you come by?", **sender}).json()
    assert told["state"] == "attached"
    heard = Message.objects.get(direction="in")
    assert (heard.channel, heard.text) == (channel, "Can you come by?")


def test_while_nobody_can_interpret_it_a_signal_is_kept_waiting(
    api: Caller, ridgeline: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trellis.intake.actions._interpreters", [])
    response = api.post("/signals", RENEE)
    assert response.status_code == 201
    assert (response.json()["state"], response.json()["journey"]) == ("waiting", None)
    assert Signal.objects.get().payload["name"] == "Renee Castillo"


def test_half_a_character_is_left_out(api: Caller) -> None:
    body = json.dumps(RENEE | {"name": "Renee \ud83d", "unknown": "\ud83d"}).encode()
    told = api.post("/signals", body).json()
    assert api.get(f"/contacts/{told['contact']}").json()["name"] == "Renee"
    assert Signal.objects.get().payload["unknown"] == "\ufffd"


def test_names_that_hide_something_are_stored_as_they_read(api: Caller) -> None:
    told = api.post("/signals", RENEE | {"name": "Renee\u0000 \u202eollitsaC\u202c"}).json()
    assert api.get(f"/contacts/{told['contact']}").json()["name"] == "Renee ollitsaC"


@pytest.mark.skipif(
    not NAUGHTY.exists() and not os.environ.get("CI"), reason="the shared test data is not beside this checkout"
)
def test_every_naughty_string_in_every_field_is_taken_or_refused_and_nothing_is_lost(api: Caller) -> None:
    taken = 0
    for number, text in enumerate(json.loads(NAUGHTY.read_text())):
        everywhere = dict.fromkeys(
            ("name", "message", "place", "page", "phone", "utm_source", "unknown", "urgency"), text
        )
        body = everywhere | {"email": f"p{number}@example.com", "answers": {text: text}}
        response = api.post("/signals", body)
        if response.status_code == 422:
            problem(response, 422, "bad_fields")
            continue
        assert response.status_code == 201, (text, response.content)
        assert response.json()["state"] == "attached", text
        taken += 1
        kind, field = ELSEWHERE[number % len(ELSEWHERE)]
        assert api.post("/signals", {"message": "x", "kind": kind, field: text}).status_code in (201, 422), text
    assert taken > 490
    assert counts()["waiting"] == 0
    assert audit()["violations"] == 0
