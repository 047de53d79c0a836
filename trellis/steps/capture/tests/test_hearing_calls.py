"""A call comes in, is missed, is answered, or was ours."""

from datetime import timedelta

import pytest

from tests.cast import TUESDAY, chicago, next_step
from trellis.conversations.models import Call, Message
from trellis.events.models import Event
from trellis.intake.queries import counts
from trellis.journeys.models import Clock, Journey
from trellis.people.models import Contact
from trellis.steps.capture.tests.conftest import journey_of

LATER = TUESDAY + timedelta(minutes=2)
OURS, THEIRS = "+15015550100", "+15015550142"


@pytest.fixture
def call(hear):
    def call(kind, at=LATER, **told):
        usual = {"from": THEIRS, "to": OURS, "call_id": f"CA{at.timestamp()}", "direction": "in"}
        return hear(kind, "phone", at=at, **usual | {"answered": kind == "call"} | told)

    return call


@pytest.fixture
def journey(ridgeline):
    return ridgeline.lead(ridgeline.contact("Renee Castillo", "renee@example.com", THEIRS))


def first_reply():
    return Clock.objects.get(kind="first_response")


def test_a_missed_call_on_saturday_night_texts_back_and_sets_a_step(call, ridgeline):
    signal = call("missed_call", at=chicago("2026-06-13 21:40"))

    journey = journey_of(signal)
    assert (signal.state, journey.stage.key) == ("attached", "new")
    assert "back" in next_step(journey).title
    assert next_step(journey).due_at == chicago("2026-06-15 08:15")
    assert Message.objects.get(direction="out").channel == "sms"
    missed = Call.objects.get()
    assert (missed.outcome, missed.journey_id, missed.number) == ("missed", journey.id, THEIRS)
    assert not Event.objects.filter(key="call.missed").exists()


def test_a_missed_call_of_somebody_we_are_talking_with_joins(call, journey):
    signal = call("missed_call", note="Please call about the tarp")

    assert (signal.state, signal.journey_id) == ("joined", journey.id)
    assert Event.objects.get(key="call.missed").journey_id == journey.id
    assert Call.objects.get().note == "Please call about the tarp"


def test_an_answered_call_is_evidence_and_stops_the_clock(call, journey):
    signal = call("call", seconds=240)

    assert signal.state == "joined"
    assert first_reply().met_at == LATER
    journey.refresh_from_db()
    assert journey.stage.key == "in-conversation"
    assert Call.objects.get().seconds == 240


def test_an_answered_call_of_ours_is_evidence_too(call, journey):
    signal = call("call", direction="out", **{"from": OURS, "to": THEIRS})

    assert (signal.state, signal.journey_id) == ("joined", journey.id)
    assert first_reply().met_at == LATER
    assert Call.objects.get().direction == "out"


def test_a_call_of_ours_that_nobody_took_is_a_try(call, journey):
    call("missed_call", direction="out", **{"from": OURS, "to": THEIRS})

    assert Call.objects.get().outcome == "no_answer"
    assert Event.objects.filter(key="call.tried").exists()
    assert first_reply().met_at is None


def test_a_first_call_that_was_answered_starts_a_journey_where_we_have_spoken(call, ridgeline):
    signal = call("call", seconds=60, from_name="Renee Castillo")

    journey = journey_of(signal)
    assert (signal.state, journey.contact.name) == ("attached", "Renee Castillo")
    assert journey.stage.key == "in-conversation"
    assert first_reply().met_at == LATER
    assert Call.objects.get().journey_id == journey.id


def test_a_call_of_ours_to_a_stranger_starts_nothing(call, ridgeline):
    signal = call("call", direction="out", **{"from": OURS, "to": "+15015550188"})

    assert (signal.state, signal.reason) == ("set_aside", "We called a number that we do not know")
    assert not Contact.objects.exists()


def test_a_call_of_ours_to_somebody_with_nothing_open_is_kept_with_them(call, ridgeline):
    renee = ridgeline.contact("Renee Castillo", "", THEIRS)

    signal = call("call", direction="out", **{"from": OURS, "to": THEIRS})

    assert (signal.state, signal.contact) == ("set_aside", renee)
    assert Call.objects.get().contact == renee
    assert not Journey.objects.exists()


@pytest.mark.parametrize("number", ["", "anonymous", "Restricted", "+0", None, "12"])
def test_a_hidden_number_is_set_aside_and_can_be_seen(call, number):
    signal = call("missed_call", **{"from": number})

    assert signal.state == "set_aside"
    assert "hid their number" in signal.reason
    assert counts()["set_aside"] == 1


def test_a_call_told_twice_is_one_call(call, journey):
    call("missed_call", call_id="CA1")
    call("missed_call", call_id="CA1")

    assert Call.objects.count() == 1
    assert counts()["received"] == 1


@pytest.mark.parametrize("seconds", ["240", None, -5, 10**12, 3.7, {}])
def test_a_strange_length_breaks_nothing(call, journey, seconds):
    assert call("call", seconds=seconds).state == "joined"
    assert Call.objects.get().seconds >= 0
