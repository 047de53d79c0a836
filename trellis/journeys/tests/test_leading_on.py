"""A journey that leads to another one, and a meeting that they did not come to."""

from datetime import timedelta

import pytest

from tests.cast import TUESDAY, Business, next_step
from trellis.core.refusal import Refused
from trellis.journeys.actions import complete_task, miss_meeting, move_journey
from trellis.journeys.models import Clock, Decision, Journey, Task
from trellis.journeys.publish import publish_playbook
from trellis.journeys.tests.sandbox import RULES
from trellis.journeys.undoing import act_at, undo_act

LATER = TUESDAY + timedelta(minutes=1)
CARE = RULES.replace("playbook: storm-and-repair", "playbook: care-plan").replace("Storm & repair", "Care plan")
LEADING = RULES.replace(
    "enter:\n      - {id: check-balance", "enter:\n      - {id: care, start: care-plan}\n      - {id: check-balance"
)


@pytest.fixture
def leading(ridgeline: Business) -> Business:
    publish_playbook(LEADING, by=ridgeline.maya, at=TUESDAY)
    return ridgeline


def delivered(business: Business) -> Journey:
    return move_journey(business.lead(), stage="delivered", by=business.maya, at=LATER)


def test_after_the_delivery_another_journey_begins_with_owner_next_step_and_deadline(leading: Business) -> None:
    publish_playbook(CARE, by=leading.maya, at=TUESDAY)
    journey = delivered(leading)
    care = Journey.objects.get(playbook_key="care-plan")
    assert (care.contact_id, care.continues, care.status) == (journey.contact_id, journey, "open")
    assert care.owner
    assert care.next_task
    assert care.due_at


def test_nobody_is_owed_a_first_reply_by_a_journey_that_follows_another(leading: Business) -> None:
    publish_playbook(CARE, by=leading.maya, at=TUESDAY)
    delivered(leading)
    care = Journey.objects.get(playbook_key="care-plan")
    assert set(Clock.objects.filter(journey=care).values_list("kind", flat=True)) == {"stage"}


def test_a_playbook_that_nobody_published_is_not_started_and_says_so(leading: Business) -> None:
    journey = delivered(leading)
    why = Decision.objects.get(journey=journey, rule_id="care")
    assert (why.did, why.sentence) == (False, "Care plan is not published, so it was not started")


def test_nobody_walks_the_same_playbook_twice_at_once(leading: Business) -> None:
    publish_playbook(CARE, by=leading.maya, at=TUESDAY)
    journey = delivered(leading)
    move_journey(journey, stage="booked", by=leading.maya, at=LATER + timedelta(minutes=1))
    move_journey(journey, stage="delivered", by=leading.maya, at=LATER + timedelta(minutes=2))
    assert Journey.objects.filter(playbook_key="care-plan").count() == 1
    held = Decision.objects.filter(journey=journey, rule_id="care", did=False).values_list("sentence", flat=True)
    assert list(held) == ["Care plan is on its way with them already"]


MISSING = RULES.replace(
    "    quiet:\n      - {id: offer-nudge",
    "      - on: [no_show]\n"
    '        do: [{id: rebook, task: {call: "Offer {{ contact.first_name }} another time", due: 10m}}]\n'
    "    quiet:\n      - {id: offer-nudge",
)


@pytest.fixture
def meeting(ridgeline: Business) -> Task:
    publish_playbook(MISSING, by=ridgeline.maya, at=TUESDAY)
    journey = move_journey(ridgeline.lead(), stage="qualified", by=ridgeline.maya, at=LATER)
    return Task.objects.get(journey=journey, rule_id="book-visit")


def test_whoever_does_not_come_is_called_within_ten_minutes(meeting: Task, ridgeline: Business) -> None:
    at = LATER + timedelta(hours=1)
    missed = miss_meeting(meeting, by=ridgeline.priya, at=at, note="Waited 20 minutes")
    assert (missed.status, missed.closed_reason, missed.closed_by) == (
        "cancelled",
        "Waited 20 minutes",
        ridgeline.priya,
    )
    step = next_step(meeting.journey)
    assert (step.title, step.due_at) == ("Offer Renee another time", at + timedelta(minutes=10))


def test_a_no_show_is_taken_back(meeting: Task, ridgeline: Business) -> None:
    at = LATER + timedelta(hours=1)
    miss_meeting(meeting, by=ridgeline.priya, at=at)
    act = act_at(meeting.journey_id, at)
    assert act
    undo_act(act, by=ridgeline.priya, at=at + timedelta(seconds=5))
    assert next_step(meeting.journey).title == "Agree a time with Renee"


def test_only_a_meeting_can_be_missed(ridgeline: Business) -> None:
    call = next_step(ridgeline.lead())
    with pytest.raises(Refused, match="is no meeting"):
        miss_meeting(call, by=ridgeline.maya, at=LATER)


def test_a_meeting_that_took_place_cannot_be_missed(meeting: Task, ridgeline: Business) -> None:
    complete_task(meeting, by=ridgeline.priya, at=LATER + timedelta(hours=1))
    with pytest.raises(Refused, match="closed already"):
        miss_meeting(meeting, by=ridgeline.priya, at=LATER + timedelta(hours=2))
