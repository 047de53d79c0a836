"""Whatever a person does to a journey can be taken back: it stands again as it stood before."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import TUESDAY, Business, chicago, next_step
from trellis.conversations.actions import log_call, receive_message, write_message
from trellis.conversations.models import Call, Message
from trellis.core.refusal import Refused
from trellis.events.models import Event
from trellis.journeys import actions
from trellis.journeys.audit import audit
from trellis.journeys.models import Act, Clock, Journey, StageVisit
from trellis.journeys.queries import open_tasks
from trellis.journeys.undoing import COLUMNS, act_at, recording, undo_act
from trellis.people.actions import withdraw_consent
from trellis.team.models import Notice, User

NOW = TUESDAY + timedelta(minutes=1)
SOON = NOW + timedelta(seconds=5)
AUGUST = chicago("2026-08-03 09:00")

Do = Callable[[Journey, Business], object]


def call(journey: Journey, office: Business) -> None:
    with recording(journey, by=office.maya, at=NOW):
        log_call(
            contact=journey.contact, direction="out", outcome="answered", started_at=NOW, by=office.maya,
            journey_id=journey.pk, at=NOW,
        )  # fmt: skip


def write(journey: Journey, office: Business) -> None:
    with recording(journey, by=office.maya, at=NOW):
        write_message(
            contact=journey.contact, channel="email", text="On our way", journey_id=journey.pk, by=office.maya, at=NOW
        )


def maya(office: Business) -> dict[str, Any]:
    return {"by": office.maya, "at": NOW}


ACTS: dict[str, Do] = {
    "done": lambda journey, office: actions.complete_task(next_step(journey), **maya(office)),
    "done, with the one after it": lambda journey, office: actions.complete_task(
        next_step(journey), then="Bring cake", then_due_at=AUGUST, **maya(office)
    ),
    "snoozed": lambda journey, office: actions.snooze_task(next_step(journey), until=AUGUST, **maya(office)),
    "given away": lambda journey, office: actions.assign_journey(journey, owner=office.priya, **maya(office)),
    "moved on": lambda journey, office: actions.move_journey(journey, stage="qualified", **maya(office)),
    "moved to delivered": lambda journey, office: actions.move_journey(journey, stage="delivered", **maya(office)),
    "planned": lambda journey, office: actions.plan_step(journey, title="Measure", due_at=AUGUST, **maya(office)),
    "parked": lambda journey, office: actions.park_journey(journey, until=AUGUST, reason="Later", **maya(office)),
    "closed": lambda journey, office: actions.close_journey(journey, outcome="lost", reason="Price", **maya(office)),
    "answered a question": lambda journey, office: actions.record_answer(
        journey, question="urgency", answer="yes", **maya(office)
    ),
    "called": call,
    "wrote": write,
}


def picture(journey: Journey) -> dict[str, Any]:
    """All that anybody can see of where it stands."""
    journey = Journey.objects.get(pk=journey.pk)
    tasks = open_tasks(journey)
    running = Clock.objects.filter(journey=journey, met_at=None, dropped_at=None)
    queued = Message.objects.filter(journey_id=journey.pk, state="queued")
    columns = (*COLUMNS, "status", "stage_id", "owner_id", "due_at", "parks")
    return {name: getattr(journey, name) for name in columns} | {
        "answers": journey.answers,
        "fired": journey.fired,
        "next": journey.next_task and (journey.next_task.kind, journey.next_task.title),
        "tasks": sorted((t.kind, t.title, t.why, t.due_at, t.rule_id, str(t.assignee_id)) for t in tasks),
        "clocks": sorted((clock.kind, clock.started_at, clock.due_at) for clock in running),
        "queued": sorted(message.text for message in queued),
        "visit": StageVisit.objects.filter(journey=journey, left_at=None).values_list("stage", "entered_at").get(),
    }


def undo(journey: Journey, by: User, **when: Any) -> None:
    act = act_at(journey.pk, NOW)
    assert act
    undo_act(act, by=by, **{"at": SOON} | when)


@pytest.fixture
def journey(ridgeline: Business) -> Journey:
    return ridgeline.lead()


@pytest.mark.parametrize("name", ACTS)
def test_what_was_done_is_taken_back(ridgeline: Business, journey: Journey, name: str) -> None:
    before = picture(journey)
    ACTS[name](journey, ridgeline)
    assert picture(journey) != before
    undo(journey, ridgeline.maya)
    assert picture(journey) == before
    assert audit()["violations"] == 0


def test_what_was_taken_back_can_be_done_again(ridgeline: Business, journey: Journey) -> None:
    again = {"by": ridgeline.maya, "at": SOON + timedelta(seconds=1)}
    ACTS["moved on"](journey, ridgeline)
    first = picture(journey)
    undo(journey, ridgeline.maya)
    actions.move_journey(journey, stage="qualified", **again)
    second = picture(journey)
    for changes in ("stage_entered_at", "assigned_at", "due_at", "tasks", "clocks", "visit"):
        first.pop(changes), second.pop(changes)
    assert first == second
    assert audit()["violations"] == 0


def test_reopening_is_taken_back_too(ridgeline: Business, journey: Journey) -> None:
    actions.close_journey(journey, outcome="lost", reason="Price", by=ridgeline.maya, at=TUESDAY)
    before = picture(journey)
    actions.reopen_journey(journey, by=ridgeline.maya, at=NOW)
    undo(journey, ridgeline.maya)
    assert picture(journey) == before
    actions.reopen_journey(journey, by=ridgeline.maya, at=SOON)
    actions.park_journey(journey, until=AUGUST, reason="Later", by=ridgeline.maya, at=SOON + timedelta(seconds=1))
    parked = picture(journey)
    actions.reopen_journey(journey, by=ridgeline.maya, at=SOON + timedelta(seconds=2))
    act = Act.objects.get(undone_at=None)
    undo_act(act, by=ridgeline.maya, at=SOON + timedelta(seconds=3))
    assert picture(journey) == parked
    assert audit()["violations"] == 0


def test_a_message_that_was_written_does_not_leave(ridgeline: Business, journey: Journey) -> None:
    write(journey, ridgeline)
    undo(journey, ridgeline.maya)
    message = Message.objects.get(written_by=ridgeline.maya)
    assert (message.state, message.reason) == ("suppressed", "Maya took it back")


def test_a_call_that_was_logged_was_never_made(ridgeline: Business, journey: Journey) -> None:
    call(journey, ridgeline)
    assert Clock.objects.get(kind="first_response").met_at
    undo(journey, ridgeline.maya)
    assert Call.objects.get().taken_back_at == SOON
    assert Clock.objects.get(kind="first_response").met_at is None


def test_nobody_is_told_of_what_was_taken_back(ridgeline: Business, journey: Journey) -> None:
    actions.assign_journey(journey, owner=ridgeline.priya, by=ridgeline.maya, at=NOW)
    assert Notice.objects.filter(user=ridgeline.priya, read_at=None).exists()
    undo(journey, ridgeline.maya)
    assert not Notice.objects.filter(user=ridgeline.priya, read_at=None).exists()


def test_the_story_says_that_it_was_taken_back(ridgeline: Business, journey: Journey) -> None:
    actions.snooze_task(next_step(journey), until=AUGUST, by=ridgeline.maya, at=NOW)
    undo(journey, ridgeline.maya)
    told = Event.objects.get(key="act.undone")
    assert (told.by, told.payload["what"]) == (ridgeline.maya, "snoozed “Call Renee”")


def test_it_can_be_taken_back_once(ridgeline: Business, journey: Journey) -> None:
    actions.snooze_task(next_step(journey), until=AUGUST, by=ridgeline.maya, at=NOW)
    act = act_at(journey.pk, NOW)
    assert act
    undo_act(act, by=ridgeline.maya, at=SOON)
    with pytest.raises(Refused, match="taken back already"):
        undo_act(act, by=ridgeline.maya, at=SOON)


def test_nothing_is_taken_back_under_what_happened_since(ridgeline: Business, journey: Journey) -> None:
    actions.snooze_task(next_step(journey), until=AUGUST, by=ridgeline.maya, at=NOW)
    act = act_at(journey.pk, NOW)
    assert act
    actions.assign_journey(journey, owner=ridgeline.ben, by=ridgeline.ben, at=SOON)
    with pytest.raises(Refused, match="Something else happened here since then"):
        undo_act(act, by=ridgeline.maya, at=SOON)


def test_nothing_is_given_back_to_somebody_who_has_left(ridgeline: Business, journey: Journey) -> None:
    actions.assign_journey(journey, owner=ridgeline.ben, by=ridgeline.maya, at=TUESDAY)
    actions.assign_journey(journey, owner=ridgeline.priya, by=ridgeline.maya, at=NOW)
    actions.release_user(ridgeline.ben, by=ridgeline.maya, at=SOON)
    with pytest.raises(Refused, match="Ben has left since then"):
        undo(journey, ridgeline.maya)
    journey.refresh_from_db()
    assert journey.owner == ridgeline.priya


def test_what_they_wrote_since_is_no_message_of_ours(ridgeline: Business, journey: Journey) -> None:
    actions.snooze_task(next_step(journey), until=AUGUST, by=ridgeline.maya, at=NOW)
    receive_message(
        contact=journey.contact, channel="email", sender="x", text="Hello?", journey_id=journey.pk,
        at=NOW + timedelta(seconds=1),
    )  # fmt: skip
    with pytest.raises(Refused, match="Something else happened here since then"):
        undo(journey, ridgeline.maya)


def test_what_is_on_its_way_is_not_taken_back(ridgeline: Business, journey: Journey) -> None:
    write(journey, ridgeline)
    Message.objects.filter(written_by=ridgeline.maya).update(state="sending", lease_until=AUGUST)
    with pytest.raises(Refused, match="on its way already"):
        undo(journey, ridgeline.maya)
    assert Act.objects.get().undone_at is None


def test_what_could_not_be_sent_at_all_is_not_sent_by_taking_it_back(ridgeline: Business, journey: Journey) -> None:
    """A rule of the stage wanted to write, and was not allowed to: undo leaves it unsent."""
    for channel in ("email", "sms"):
        withdraw_consent(journey.contact, channel=channel, source="text STOP", at=TUESDAY)
    actions.move_journey(journey, stage="qualified", by=ridgeline.maya, at=NOW)
    held_back = Message.objects.filter(created_at=NOW, state="suppressed")
    assert held_back.exists()
    undo(journey, ridgeline.maya)
    assert not Message.objects.filter(created_at=NOW).exclude(state="suppressed").exists()


def test_who_asked_us_to_stop_meanwhile_hears_nothing(ridgeline: Business, journey: Journey) -> None:
    write(journey, ridgeline)
    withdraw_consent(journey.contact, channel="email", source="letter", at=NOW + timedelta(seconds=1))
    with suppress(Refused):
        undo(journey, ridgeline.maya)
    assert not Message.objects.filter(state="queued").exists()
