"""Nights, weekends, holidays and the clock that changes: promises keep our hours, and our messages keep theirs."""

from tests.cast import CHICAGO, Business, chicago, due_later, next_step
from tests.stories.conftest import Only, World
from trellis.conversations.models import Message
from trellis.integrations.twilio.tests.conftest import Twilio
from trellis.journeys.audit import audit
from trellis.journeys.models import Clock, Decision, Task
from trellis.journeys.queries import if_nobody_acts
from trellis.team.actions.hours import set_day
from trellis.team.models import Calendar

HONOLULU, CONWAY = "+18085550123", "+15015550142"


def test_whoever_writes_from_honolulu_is_nudged_in_their_morning(world: World, twilio: Twilio, only: Only) -> None:
    """Eight in Conway is three in the night there. The answer to her own words comes at once all the same."""
    world.at("2026-06-09 08:05")
    world.form(name="Leilani Kahale", phone=HONOLULU, message="My rental in Conway leaks")
    world.work()
    assert len(twilio.taken) == 1
    nudge = Task.objects.get(rule_id="nudge", status="open")
    assert nudge.due_at == chicago("2026-06-10 13:00")
    world.at("2026-06-10 12:59")
    world.work()
    assert len(twilio.taken) == 1
    world.at("2026-06-10 13:00")
    world.work()
    assert "Is the roof still giving you trouble?" in twilio.taken[1]["body"]
    assert only().status == "open"


def test_a_worker_that_comes_late_holds_the_nudge_till_morning_and_says_why(
    world: World, twilio: Twilio, only: Only
) -> None:
    world.form(name="Andre Baptiste", phone=CONWAY, message="Flashing is bent")
    world.work()
    world.at("2026-06-10 21:30")
    world.work()
    assert len(twilio.taken) == 1
    held = Decision.objects.get(rule_id="nudge")
    assert (held.did, held.sentence) == (False, "Quiet hours for them until 08:00, by the phone's time zone")
    forecast = if_nobody_acts(only())
    assert forecast is not None
    assert (forecast.sentence, forecast.at) == ("“Still need help?” goes out by itself", chicago("2026-06-11 08:00"))
    world.at("2026-06-11 08:00")
    world.work()
    assert len(twilio.taken) == 2


def test_five_minutes_to_closing_before_a_holiday_are_used_up_on_the_morning_after(
    world: World, ridgeline: Business, twilio: Twilio, only: Only
) -> None:
    """Friday the third is off. Two minutes are left on Thursday, and three on Monday."""
    office = Calendar.objects.get(key="office")
    set_day(office, chicago("2026-07-03").date(), windows=[], label="Independence Day", by=None, at=world.now)
    world.at("2026-07-02 16:58")
    world.form(name="Renee Castillo", phone=CONWAY, message="Leak over the stove")
    world.work()
    assert next_step(only()).due_at == chicago("2026-07-06 08:03")
    assert "will call you by Monday 8:03 AM" in twilio.taken[0]["body"]
    world.at("2026-07-06 08:02")
    world.work()
    assert only().owner == ridgeline.maya
    world.at("2026-07-06 08:03")
    world.work()
    assert only().owner == ridgeline.ben


def test_the_hour_that_autumn_repeats_and_the_one_that_spring_skips_move_no_promise(
    world: World, twilio: Twilio, only: Only
) -> None:
    for weekend, monday, call in (("2026-10-31", "2026-11-02", "CA1"), ("2027-03-13", "2027-03-15", "CA2")):
        world.at(f"{weekend} 21:40")
        number = CONWAY.replace("0142", f"014{call[-1]}")
        world.missed_call(number, call)
        journey = only(contact__points__value=number)
        assert next_step(journey).due_at == chicago(f"{monday} 08:15")
        nudge = dict(due_later(journey))["nudge"]
        assert nudge == f"{chicago(monday).replace(day=chicago(monday).day + 1):%a} 08:00"
        clock = Clock.objects.get(journey=journey, kind="first_response")
        assert clock.due_at.astimezone(CHICAGO).strftime("%H:%M") == "08:05"
    assert audit()["violations"] == 0


def test_on_a_sunday_nobody_is_late(world: World, ridgeline: Business, twilio: Twilio, only: Only) -> None:
    world.at("2026-06-13 21:40")
    world.missed_call(CONWAY)
    world.until("2026-06-15 08:00")
    assert only().owner == ridgeline.maya
    assert not ridgeline.maya.notices.exists()
    assert Message.objects.filter(state="handed_over").count() == 1
