"""A person does, puts off or hands on a step."""

from datetime import timedelta

import pytest

from tests.cast import TUESDAY, Business, chicago, next_step
from trellis.core.refusal import Refused
from trellis.events.models import Event
from trellis.journeys.actions import complete_task, move_journey, snooze_task
from trellis.journeys.models import Task
from trellis.journeys.queries import after_this

LATER = TUESDAY + timedelta(minutes=1)


def test_two_people_press_done_at_once_and_the_second_is_told(ridgeline: Business) -> None:
    step = next_step(ridgeline.lead())
    seen_by_maya, seen_by_ben = Task.objects.get(pk=step.pk), Task.objects.get(pk=step.pk)
    complete_task(seen_by_maya, by=ridgeline.maya, at=LATER)
    with pytest.raises(Refused) as refusal:
        complete_task(seen_by_ben, by=ridgeline.ben, at=LATER)
    assert refusal.value.code == "task_closed"
    assert Event.objects.filter(key="task.done").count() == 1


def test_a_step_that_was_done_cannot_be_put_off(ridgeline: Business) -> None:
    step = next_step(ridgeline.lead())
    seen = Task.objects.get(pk=step.pk)
    complete_task(step, by=ridgeline.maya, at=LATER)
    with pytest.raises(Refused):
        snooze_task(seen, until=chicago("2026-06-09 15:00"), by=ridgeline.maya, at=LATER)


def test_done_with_the_step_after_it(ridgeline: Business) -> None:
    journey = ridgeline.lead()
    due = chicago("2026-06-10 09:00")
    complete_task(next_step(journey), by=ridgeline.maya, at=LATER, then="Send the photos", then_due_at=due)
    assert (next_step(journey).title, journey.due_at) == ("Send the photos", due)


def test_a_note_that_is_too_long_is_refused_not_cut(ridgeline: Business) -> None:
    with pytest.raises(Refused, match="at most 240"):
        complete_task(next_step(ridgeline.lead()), by=ridgeline.maya, at=LATER, note="x" * 241)


def test_what_comes_after_a_step_is_neither_a_late_rule_nor_the_quiet_path(ridgeline: Business) -> None:
    journey = ridgeline.lead()
    assert after_this(journey) == ""
    move_journey(journey, stage="booked", by=ridgeline.maya, at=LATER)
    assert after_this(journey) == "it moves to Delivered"
