"""Nobody picks up, and nobody is lost."""

from tests.cast import Business, chicago, next_step
from tests.stories.conftest import Only, World
from trellis.conversations.models import Call, Message
from trellis.intake.queries import counts
from trellis.integrations.twilio.tests.conftest import Twilio
from trellis.journeys.audit import audit
from trellis.journeys.models import Clock, Journey

TASHA = "+15015550142"


def test_a_missed_call_on_saturday_2140_is_texted_back_at_once_and_called_on_monday(
    world: World, ridgeline: Business, twilio: Twilio, only: Only
) -> None:
    world.at("2026-06-06 21:40")
    world.missed_call(TASHA)
    journey = only()
    step = next_step(journey)
    assert (step.title, step.due_at) == ("Call (501) 555-0142 back", chicago("2026-06-08 08:15"))
    world.passes(seconds=5)
    world.work()
    [text] = twilio.taken
    assert text["to"] == TASHA
    assert "Sorry we missed your call" in text["body"]
    assert "call you back by Monday 8:15 AM" in text["body"]
    assert Message.objects.get().state == "handed_over"
    assert counts() == {"received": 1, "attached": 1, "joined": 0, "set_aside": 0, "waiting": 0}
    assert audit()["violations"] == 0


def test_the_text_and_the_call_back_are_one_transaction(world: World, twilio: Twilio) -> None:
    world.missed_call(TASHA)
    journey = Journey.objects.get()
    message = Message.objects.get()
    assert (message.journey_id, message.rule_id, message.state) == (journey.pk, "sorry", "queued")
    assert journey.next_task is not None
    assert journey.next_task.rule_id == "call-back"


def test_a_second_missed_call_right_after_is_not_texted_again(world: World, twilio: Twilio) -> None:
    world.missed_call(TASHA)
    world.work()
    world.passes(minutes=2)
    world.missed_call(TASHA, "CA9")
    world.work()
    assert len(twilio.taken) == 1
    assert Call.objects.count() == 2
    assert counts()["joined"] == 1


def test_the_same_call_told_twice_is_one_signal(world: World, twilio: Twilio) -> None:
    world.missed_call(TASHA)
    world.missed_call(TASHA)
    assert counts()["received"] == 1


def test_an_answered_call_stops_the_clock_and_the_automatic_text_does_not(
    world: World, twilio: Twilio, only: Only
) -> None:
    world.missed_call(TASHA)
    world.work()
    clock = Clock.objects.get(kind="first_response")
    assert clock.met_at is None
    world.passes(minutes=3)
    world.answered_call(TASHA)
    clock.refresh_from_db()
    assert clock.met_at == world.now
    assert only().stage.key == "in-conversation"


def test_a_reply_by_text_moves_the_stage(world: World, twilio: Twilio, only: Only) -> None:
    world.missed_call(TASHA)
    world.work()
    world.passes(minutes=1)
    world.text(TASHA, "Yes, it is dripping on the stove")
    journey = only()
    assert journey.stage.key == "in-conversation"
    assert next_step(journey).kind in ("reply", "call")
    assert Clock.objects.get(kind="first_response").met_at is None


def test_a_forged_hook_is_refused_and_leaves_nothing(world: World) -> None:
    answer = world.client.post(
        "/hooks/twilio/voice",
        {"CallSid": "CA1", "From": TASHA, "CallStatus": "no-answer"},
        headers={"X-Twilio-Signature": "Zm9yZ2Vk"},
    )
    assert answer.status_code == 403
    assert counts()["received"] == 0


def test_whoever_says_stop_hears_nothing_more(world: World, twilio: Twilio, only: Only) -> None:
    world.missed_call(TASHA)
    world.work()
    world.passes(minutes=1)
    world.text(TASHA, "STOP")
    world.until("2026-06-20 12:00")
    assert len(twilio.taken) == 1
    assert audit()["violations"] == 0
