"""She does not answer: she is tried again, a bounded number of times, then rests with a reason and a date."""

from tests.cast import CHICAGO, Business, next_step
from tests.stories.conftest import Only, World
from trellis.conversations.models import Message
from trellis.integrations.twilio.tests.conftest import Twilio
from trellis.journeys.actions import complete_task, move_journey
from trellis.journeys.audit import audit
from trellis.journeys.models import Decision, Journey

ANDRE = "+15015550177"


def test_the_quiet_path_ends_in_a_rest_with_a_reason_and_a_date(
    world: World, ridgeline: Business, twilio: Twilio, only: Only
) -> None:
    world.form(name="Andre Baptiste", phone=ANDRE, message="Flashing is bent")
    world.until("2026-06-16 12:00")
    journey = only()
    assert (journey.status, journey.parked_reason) == ("parked", "No answer")
    assert f"{journey.parked_until:%Y-%m}" == "2026-09"
    assert next_step(journey).kind == "wake"
    sent = list(Message.objects.exclude(state="suppressed").order_by("created_at").values_list("template", flat=True))
    assert sent == ["we-got-it", "still-need-help", "shall-we-close"]
    assert audit()["violations"] == 0


def test_whoever_replies_after_being_parked_is_back_where_they_stood(
    world: World, ridgeline: Business, twilio: Twilio, only: Only
) -> None:
    world.form(name="Andre Baptiste", phone=ANDRE, message="Flashing is bent")
    world.until("2026-06-16 12:00")
    world.text(ANDRE, "Sorry, was away. Still need you")
    journey = only()
    assert journey.status == "open"
    assert journey.parked_until is None
    assert next_step(journey).assignee == journey.owner
    assert journey.clocks.filter(kind__in=["reply", "first_response"], met_at=None, dropped_at=None).exists()


def test_rests_are_bounded_and_then_it_is_closed(world: World, ridgeline: Business, twilio: Twilio, only: Only) -> None:
    world.form(name="Andre Baptiste", phone=ANDRE, message="Flashing is bent")
    for day in ("2026-06-17", "2026-09-17", "2026-10-01", "2026-12-31", "2027-01-15", "2027-04-30"):
        world.at(f"{day} 12:00")
        world.work()
        world.passes(days=12)
        world.work()
    journey = only()
    assert (journey.status, journey.outcome) == ("closed", "lost")
    assert journey.parks <= 2


def test_nobody_is_texted_at_night_and_the_decision_says_why(world: World, twilio: Twilio, only: Only) -> None:
    world.form(name="Andre Baptiste", phone=ANDRE, message="Flashing is bent")
    world.until("2026-06-12 12:00")
    for message in Message.objects.filter(template="still-need-help"):
        assert 8 <= message.created_at.astimezone(CHICAGO).hour < 20
    assert not Decision.objects.filter(sentence="").exists()


def test_a_customer_who_comes_back_a_year_later_starts_anew_and_is_linked(
    world: World, ridgeline: Business, twilio: Twilio
) -> None:
    world.form(name="Dana Whitlock", phone=ANDRE, message="Stain on the ceiling", address="214 Sycamore Bend")
    world.passes(minutes=2)
    world.answered_call(ANDRE)
    first = Journey.objects.get()
    for stage in ("qualified", "booked", "delivered"):
        world.passes(hours=3)
        move_journey(first, stage=stage, by=ridgeline.maya, at=world.now)
    complete_task(next_step(first), by=ridgeline.maya, at=world.now)
    world.at("2027-08-20 10:00")
    world.work()
    world.form(name="Dana Whitlock", phone=ANDRE, message="Hail again")
    again = Journey.objects.exclude(pk=first.pk).get()
    assert again.continues == first
    assert again.stage.key == "new"
    assert again.contact == first.contact
    first.refresh_from_db()
    assert first.stage.phase in ("customer", "loyal")
