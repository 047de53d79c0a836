"""Somebody goes on leave: what would wait for them passes to whoever is there; the rest stays theirs."""

import pytest

from tests.cast import TUESDAY, Business, chicago, next_step
from trellis.conversations.actions import log_call, receive_message
from trellis.events.models import Event
from trellis.journeys.actions import assign_journey, snooze_task
from trellis.journeys.audit import audit
from trellis.journeys.models import Journey
from trellis.journeys.wake import work_once
from trellis.team.actions.absences import put_on_leave
from trellis.team.models import User

BACK, AFTER = chicago("2026-06-15 08:00"), chicago("2026-06-16 15:00")


@pytest.fixture
def journey(ridgeline: Business) -> Journey:
    """Maya spoke with Renee on Tuesday at 10:00 and has until 15:00 to ask her four questions."""
    journey = ridgeline.lead()
    log_call(
        contact=journey.contact,
        direction="out",
        outcome="answered",
        started_at=TUESDAY,
        by=ridgeline.maya,
        journey_id=journey.pk,
        at=TUESDAY,
    )
    return journey


def goes_away(user: User, starts: str = "2026-06-09 10:02") -> None:
    put_on_leave(user, starts_at=chicago(starts), ends_at=BACK, reason="Lake", by=user, at=TUESDAY)


def work_until_done(at: str) -> None:
    for _ in range(20):
        if not work_once(at=chicago(at)):
            return
    raise AssertionError("there is no end to it")


def test_what_is_due_before_they_are_back_passes_to_the_next_free_at_once(
    ridgeline: Business, journey: Journey
) -> None:
    goes_away(ridgeline.maya)
    work_until_done("2026-06-09 10:02")
    step = next_step(journey)
    assert (journey.owner, step.assignee, step.due_at) == (ridgeline.ben, ridgeline.ben, chicago("2026-06-09 15:00"))
    assert ridgeline.ben.notices.get().text == "Renee Castillo is yours now: Maya is away, Ben is next free"
    gone = Event.objects.get(key="owner.gone")
    assert gone.payload["reason"] == "Maya is away until Monday, June 15"
    assert audit()["violations"] == 0


def test_what_is_due_after_that_waits_for_them(ridgeline: Business, journey: Journey) -> None:
    snooze_task(next_step(journey), until=AFTER, by=ridgeline.maya, at=TUESDAY)
    goes_away(ridgeline.maya)
    work_until_done("2026-06-09 10:02")
    assert next_step(journey).assignee == ridgeline.maya


def test_whoever_writes_to_somebody_away_is_answered_by_somebody_there(ridgeline: Business, journey: Journey) -> None:
    snooze_task(next_step(journey), until=AFTER, by=ridgeline.maya, at=TUESDAY)
    goes_away(ridgeline.maya)
    wrote_at = chicago("2026-06-10 09:00")
    receive_message(
        contact=journey.contact, channel="email", sender="x", text="Hello?", journey_id=journey.pk, at=wrote_at
    )
    work_until_done("2026-06-10 09:00")
    step = next_step(journey)
    assert (step.title, step.assignee, step.due_at) == ("Answer Renee", ridgeline.ben, chicago("2026-06-10 11:00"))


def test_what_they_are_given_while_they_are_away_stays_theirs(ridgeline: Business, journey: Journey) -> None:
    goes_away(ridgeline.maya)
    work_until_done("2026-06-09 10:02")
    assign_journey(journey, owner=ridgeline.maya, by=ridgeline.ben, at=chicago("2026-06-09 11:00"))
    work_until_done("2026-06-09 11:00")
    assert next_step(journey).assignee == ridgeline.maya


def test_when_everybody_is_away_it_stays_and_nobody_hears_of_it_again_and_again(
    ridgeline: Business, journey: Journey
) -> None:
    for user in (ridgeline.maya, ridgeline.ben):
        goes_away(user)
    work_until_done("2026-06-09 10:02")
    told = Event.objects.count()
    for minute in range(3, 9):
        work_until_done(f"2026-06-09 10:0{minute}")
    assert next_step(journey).assignee == ridgeline.maya
    assert Event.objects.count() == told


def test_leave_that_begins_at_midnight_passes_it_to_whoever_comes_first(ridgeline: Business, journey: Journey) -> None:
    goes_away(ridgeline.maya, "2026-06-10 00:00")
    work_until_done("2026-06-09 23:59")
    assert next_step(journey).assignee == ridgeline.maya
    work_until_done("2026-06-10 00:00")
    assert next_step(journey).assignee == ridgeline.ben
