"""Calls come in through Twilio's voice hook."""

import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest
from django.utils import timezone

from trellis.intake.models import Signal
from trellis.integrations.twilio.tests.conftest import SITE, TASHA, Hook
from trellis.team.actions.hours import set_hours
from trellis.team.models import Business, User

CALL = {"CallSid": "CA1", "From": TASHA, "To": "+15015550100", "Direction": "inbound", "AccountSid": "AC1"}
VOICE, ENDED = "/hooks/twilio/voice", "/hooks/twilio/voice-ended"


def the_signal() -> Signal:
    return Signal.objects.get()


def test_a_call_rings_the_business(hook: Hook, ridgeline: Business) -> None:
    answer = hook(VOICE, CALL | {"CallStatus": "ringing"})
    assert answer["Content-Type"].startswith("text/xml")
    [dial] = ET.fromstring(answer.content)
    assert dial.tag == "Dial"
    assert dial.attrib["action"] == f"{SITE}{ENDED}"
    assert dial.attrib["timeout"] == "20"
    assert [number.text for number in dial] == ["+15015550199"]
    assert not Signal.objects.exists()


@pytest.fixture
def round_the_clock(db: None) -> None:
    every_day = {day: [["00:00", "00:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    set_hours(key="office", name="Office", time_zone="UTC", windows=every_day, by=None, at=timezone.now())


@pytest.mark.parametrize("status", ["no-answer", "busy", "failed", "canceled"])
def test_nobody_picks_up_and_it_is_a_missed_call(hook: Hook, ridgeline: Business, status: str) -> None:
    answer = hook(ENDED, CALL | {"CallStatus": "in-progress", "DialCallStatus": status})
    assert b"Thank you for calling Ridgeline &lt;&amp; Roofing&gt;" in answer.content
    assert (the_signal().kind, the_signal().channel, the_signal().source) == ("missed_call", "phone", "twilio")
    assert the_signal().payload == {
        "from": TASHA,
        "to": "+15015550100",
        "call_id": "CA1",
        "seconds": 0,
        "note": "",
        "direction": "in",
        "answered": False,
    }


def test_somebody_picks_up_and_it_is_a_call(hook: Hook, ridgeline: Business) -> None:
    form = CALL | {"CallStatus": "completed", "DialCallStatus": "completed", "DialCallDuration": "62"}
    assert ET.fromstring(hook(ENDED, form).content).tag == "Response"
    assert (the_signal().kind, the_signal().payload["seconds"], the_signal().payload["answered"]) == ("call", 62, True)


@pytest.mark.parametrize(
    ("status", "kind", "seconds"),
    [("no-answer", "missed_call", 0), ("busy", "missed_call", 0), ("completed", "call", 31)],
)
def test_a_plain_status_callback_says_the_same(
    hook: Hook, ridgeline: Business, status: str, kind: str, seconds: int
) -> None:
    assert hook(VOICE, CALL | {"CallStatus": status, "CallDuration": "31"}).status_code == 200
    assert (the_signal().kind, the_signal().payload["seconds"]) == (kind, seconds)


def test_the_first_word_on_a_call_counts(hook: Hook, ridgeline: Business) -> None:
    hook(ENDED, CALL | {"DialCallStatus": "no-answer"})
    hook(VOICE, CALL | {"CallStatus": "completed", "CallDuration": "25"})
    assert the_signal().kind == "missed_call"


def test_a_replayed_request_changes_nothing(hook: Hook, ridgeline: Business) -> None:
    for _ in range(3):
        assert hook(VOICE, CALL | {"CallStatus": "no-answer"}).status_code == 200
    assert Signal.objects.count() == 1


def test_with_nobody_to_ring_the_caller_hears_so_and_it_is_a_missed_call_at_once(
    hook: Hook, ridgeline: Business
) -> None:
    Business.objects.update(phone="+15015550100")
    answer = hook(VOICE, CALL | {"CallStatus": "ringing"})
    assert [verb.tag for verb in ET.fromstring(answer.content)] == ["Say"]
    assert the_signal().kind == "missed_call"
    hook(VOICE, CALL | {"CallStatus": "completed", "CallDuration": "6"})
    assert the_signal().kind == "missed_call"


def test_without_an_office_phone_those_on_duty_are_rung_together(
    hook: Hook, ridgeline: Business, round_the_clock: None
) -> None:
    Business.objects.update(phone="")
    joined = timezone.now() - timedelta(days=1)
    for name, phone in (("Dana", "501-555-0111"), ("Sam", "+15015550112"), ("Ann", ""), ("Eve", "none")):
        User.objects.create(email=f"{name}@ridge.example", name=name, phone=phone, created_at=joined)
    [dial] = ET.fromstring(hook(VOICE, CALL | {"CallStatus": "ringing"}).content)
    assert sorted(str(number.text) for number in dial) == ["+15015550111", "+15015550112"]


@pytest.mark.parametrize("caller", ["anonymous", "", "client:bob", "sip:bob@example.com", "+1<script>"])
def test_a_caller_without_a_number_is_kept_as_such(hook: Hook, ridgeline: Business, caller: str) -> None:
    hook(VOICE, CALL | {"From": caller, "CallStatus": "no-answer"})
    assert the_signal().payload["from"] == ""
    assert (caller or "withheld") in the_signal().payload["note"]


def test_a_call_of_ours_is_known_as_such(hook: Hook, ridgeline: Business) -> None:
    hook(VOICE, CALL | {"Direction": "outbound-api", "CallStatus": "completed", "CallDuration": "9"})
    assert the_signal().payload["direction"] == "out"
