"""What people do to a journey with their own hands, and what they are told when it cannot be done."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.cast import TUESDAY, Business, chicago, next_step
from trellis.core.refusal import Refused
from trellis.events.models import Event
from trellis.journeys.actions import (
    assign_journey,
    close_journey,
    complete_task,
    move_journey,
    park_journey,
    plan_step,
    record_answer,
    release_user,
    reopen_journey,
    snooze_task,
)
from trellis.journeys.audit import audit
from trellis.journeys.models import Clock, Journey, Task
from trellis.journeys.queries import if_nobody_acts
from trellis.journeys.wake import work_once
from trellis.team.models import User

NOW = TUESDAY + timedelta(minutes=1)
AUGUST = chicago("2026-08-03 09:00")


@pytest.fixture
def journey(ridgeline: Business) -> Journey:
    return ridgeline.lead()


Act = Callable[[Journey, User], object]
REFUSED: dict[str, tuple[Act, str]] = {
    "in_the_past": (
        lambda journey, by: snooze_task(next_step(journey), until=NOW, by=by, at=NOW),
        "That time has passed. Choose one that is still to come.",
    ),
    "unknown_stage": (
        lambda journey, by: move_journey(journey, stage="sold", by=by, at=NOW),
        "There is no stage “sold”. Choose one of: new, in-conversation, qualified, booked, delivered, loyal.",
    ),
    "unknown_kind": (
        lambda journey, by: plan_step(journey, title="Sing", due_at=AUGUST, kind="sing", by=by, at=NOW),
        "A step is one of: call, reply, meet, do.",
    ),
    "no_title": (
        lambda journey, by: plan_step(journey, title="  ", due_at=AUGUST, by=by, at=NOW),
        "Say what the next step is, for example “Call her back”.",
    ),
    "no_reason": (
        lambda journey, by: park_journey(journey, until=AUGUST, reason=" ", by=by, at=NOW),
        "Say why, in a few words.",
    ),
    "unknown_outcome": (
        lambda journey, by: close_journey(journey, outcome="maybe", reason="Who knows", by=by, at=NOW),
        "A journey is closed as won, lost or done.",
    ),
    "unknown_question": (
        lambda journey, by: record_answer(journey, question="shoe_size", answer="44", by=by, at=NOW),
        "The playbook does not ask “shoe_size”.",
    ),
    "already_open": (
        lambda journey, by: reopen_journey(journey, by=by, at=NOW),
        "This is open already.",
    ),
    "not_a_persons": (
        lambda journey, by: complete_task(journey.tasks.get(rule_id="nudge"), by=by, at=NOW),
        "“Send “Still need help?”” is done by Trellis. Withdraw it by planning another step.",
    ),
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_cannot_be_done_is_refused_with_a_sentence(ridgeline: Business, journey: Journey, code: str) -> None:
    act, sentence = REFUSED[code]
    told = Event.objects.count()
    with pytest.raises(Refused) as refused:
        act(journey, ridgeline.maya)
    assert (refused.value.code, refused.value.sentence) == (code, sentence)
    assert Event.objects.count() == told


def test_a_step_put_off_is_replaced_by_the_same_with_another_time(ridgeline: Business, journey: Journey) -> None:
    call = next_step(journey)
    later = snooze_task(call, until=chicago("2026-06-09 15:00"), by=ridgeline.maya, at=NOW)
    call.refresh_from_db()
    assert (call.status, call.closed_by, later.replaces) == ("replaced", None, call.pk)
    assert next_step(journey) == later
    assert (later.title, later.due_at) == ("Call Renee", chicago("2026-06-09 15:00"))


def test_it_is_given_to_somebody_else_with_all_its_steps(ridgeline: Business, journey: Journey) -> None:
    assign_journey(journey, owner=ridgeline.tom, by=ridgeline.maya, at=NOW)
    assert (journey.owner, next_step(journey).assignee) == (ridgeline.tom, ridgeline.tom)
    assert ridgeline.tom.notices.get().text == "Renee Castillo is yours now: given by Maya"


def test_it_is_moved_by_hand_and_what_was_owed_is_owed_still(ridgeline: Business, journey: Journey) -> None:
    move_journey(journey, stage="qualified", by=ridgeline.maya, at=NOW)
    assert journey.stage.key == "qualified"
    assert Clock.objects.get(kind="first_response").met_at is None
    moved = Event.objects.get(key="stage.moved")
    assert moved.payload["why"] == "by Maya"


def test_moving_it_to_where_it_is_changes_nothing(ridgeline: Business, journey: Journey) -> None:
    told = Event.objects.count()
    move_journey(journey, stage="new", by=ridgeline.maya, at=NOW)
    assert Event.objects.count() == told


def test_it_rests_until_a_date_for_a_reason_and_wakes(ridgeline: Business, journey: Journey) -> None:
    park_journey(journey, until=AUGUST, reason=" Roof is dry until August ", by=ridgeline.maya, at=NOW)
    assert (journey.status, journey.parked_until, journey.parked_reason) == (
        "parked",
        AUGUST,
        "Roof is dry until August",
    )
    forecast = if_nobody_acts(journey)
    assert forecast is not None
    assert (forecast.sentence, forecast.at) == ("it wakes up and gets a new step", AUGUST)
    assert work_once(at=AUGUST - timedelta(minutes=1)) == 0
    assert work_once(at=AUGUST) == 1
    assert next_step(journey).title == "See if Renee still needs us"


def test_a_rest_is_put_off(ridgeline: Business, journey: Journey) -> None:
    park_journey(journey, until=AUGUST, reason="Not now", by=ridgeline.maya, at=NOW)
    october = chicago("2026-10-05 09:00")
    park_journey(journey, until=october, reason="Not now either", by=ridgeline.maya, at=NOW)
    assert (journey.parked_until, next_step(journey).due_at) == (october, october)
    assert Task.objects.filter(journey=journey, status="open").count() == 1


def test_planning_a_step_for_somebody_who_rests_opens_it(ridgeline: Business, journey: Journey) -> None:
    park_journey(journey, until=AUGUST, reason="Not now", by=ridgeline.maya, at=NOW)
    plan_step(journey, title="Call about hail", due_at=NOW + timedelta(days=1), kind="call", by=ridgeline.ben, at=NOW)
    assert (journey.status, next_step(journey).title) == ("open", "Call about hail")
    assert journey.parked_until is None


def test_it_is_closed_and_opened_again_where_it_stood(ridgeline: Business, journey: Journey) -> None:
    move_journey(journey, stage="qualified", by=ridgeline.maya, at=NOW)
    close_journey(journey, outcome="lost", reason="Went with a cousin", by=ridgeline.maya, at=NOW)
    assert (journey.next_task, journey.due_at, journey.outcome) == (None, None, "lost")
    assert not Task.objects.filter(journey=journey, status="open").exists()
    reopen_journey(journey, by=ridgeline.maya, at=NOW + timedelta(days=1))
    assert (journey.status, journey.stage.key, journey.outcome) == ("open", "qualified", "")
    assert next_step(journey)


def test_somebody_who_owns_journeys_leaves_and_all_of_it_passes_on(ridgeline: Business, journey: Journey) -> None:
    second = ridgeline.lead(ridgeline.contact("Dale Cole", "dale@example.com"), at=NOW)
    park_journey(second, until=AUGUST, reason="Not now", by=ridgeline.ben, at=NOW)
    assert second.owner == ridgeline.ben
    release_user(ridgeline.ben, by=ridgeline.maya, at=NOW)
    second.refresh_from_db()
    assert (second.owner, second.status) == (ridgeline.maya, "parked")
    assert not ridgeline.ben.is_active
    assert audit()["violations"] == 0


def test_the_last_person_cannot_leave_journeys_behind(ridgeline: Business, journey: Journey) -> None:
    for user in (ridgeline.ben, ridgeline.priya, ridgeline.tom):
        release_user(user, by=ridgeline.maya, at=NOW)
    with pytest.raises(Refused) as refused:
        release_user(ridgeline.maya, by=ridgeline.maya, at=NOW)
    assert refused.value.code == "nobody_can_own"
    journey.refresh_from_db()
    assert journey.owner == ridgeline.maya
    assert User.objects.get(pk=ridgeline.maya.pk).is_active


@pytest.mark.parametrize(
    ("why", "shown"), [("Crew is confirmed", "Crew is confirmed"), ("  ", "Planned by hand"), ("x" * 300, "x" * 240)]
)
def test_whoever_plans_a_step_may_say_why(ridgeline: Business, journey: Journey, why: str, shown: str) -> None:
    soon = NOW + timedelta(minutes=2)
    plan_step(journey, title="Text the arrival window", due_at=soon, why=why, by=ridgeline.ben, at=NOW)
    assert next_step(journey).why == shown
