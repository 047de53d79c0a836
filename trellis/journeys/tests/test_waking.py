"""Due work: claimed, done once, and never stopped by the one task that cannot be done."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import TUESDAY, Business, chicago, next_step
from trellis.events.catalogue import Fact
from trellis.events.models import Event
from trellis.journeys import apply as shell
from trellis.journeys.actions import close_journey
from trellis.journeys.audit import audit
from trellis.journeys.models import Decision, Journey, Task
from trellis.journeys.wake import LEASE, claim_due, due_backlog, work_once

LATE = chicago("2026-06-09 10:05")


@pytest.fixture
def three(ridgeline: Business) -> list[Journey]:
    """Three leads who reached out at the same moment."""
    return [ridgeline.lead(ridgeline.contact(f"Lead {n}", f"{n}@example.com")) for n in range(3)]


class Broken(Exception):
    """Nothing that anybody foresaw."""


def break_for(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every decision on this journey fail."""
    play = shell.play

    def fail_for_one(document: Any, state: Any, fact: Fact, *rest: Any) -> Any:
        if getattr(fact, "task_id", "") in map(str, Task.objects.filter(journey=journey).values_list("pk", flat=True)):
            raise Broken("what a day")
        return play(document, state, fact, *rest)

    monkeypatch.setattr(shell, "play", fail_for_one)


def test_one_task_that_fails_does_not_hold_up_the_others(three: list[Journey], monkeypatch: pytest.MonkeyPatch) -> None:
    owners = [journey.owner for journey in three]
    break_for(three[1], monkeypatch)
    assert work_once(at=LATE) == 3
    moved = [next_step(journey).assignee != owner for journey, owner in zip(three, owners, strict=True)]
    assert moved == [True, False, True]
    assert audit()["violations"] == 0


def test_a_task_that_fails_says_why_and_is_tried_again_later_and_later(
    three: list[Journey], monkeypatch: pytest.MonkeyPatch
) -> None:
    break_for(three[1], monkeypatch)
    work_once(at=LATE)
    task = Task.objects.get(journey=three[1], rule_id="first-reply-late")
    assert task.error == "Broken: what a day"
    assert task.lease_until == LATE + timedelta(seconds=2)
    work_once(at=LATE + timedelta(seconds=3))
    task.refresh_from_db()
    assert task.lease_until == LATE + timedelta(seconds=3 + 4)
    assert due_backlog(LATE) == 1


def test_what_a_dead_worker_had_claimed_is_taken_over_when_its_lease_is_over(three: list[Journey]) -> None:
    assert len(claim_due(LATE, 100)) == 3
    assert claim_due(LATE + LEASE / 2, 100) == []
    assert work_once(at=LATE + LEASE * 2) == 3


def test_a_worker_that_comes_late_finds_the_work_done(three: list[Journey]) -> None:
    slow = claim_due(LATE, 100)
    work_once(at=LATE + LEASE * 2)
    decided, told = Decision.objects.count(), Event.objects.count()
    assert (
        shell.apply_or_report(
            [shell.Tell(journey_id=task.journey_id, fact=shell.TaskDue(task_id=str(task.pk))) for task in slow], LATE
        )
        == []
    )
    assert Decision.objects.count() == decided
    assert Event.objects.count() == told


def test_tasks_of_a_journey_that_was_closed_are_never_due(ridgeline: Business) -> None:
    journey = ridgeline.lead()
    close_journey(journey, outcome="lost", reason="Too far", by=ridgeline.maya, at=TUESDAY)
    assert work_once(at=chicago("2027-06-09 10:05")) == 0


def test_nobody_works_on_what_is_not_due(three: list[Journey]) -> None:
    assert work_once(at=LATE - timedelta(seconds=1)) == 0


def test_of_one_journey_one_task_is_done_at_a_time(ridgeline: Business) -> None:
    journey = ridgeline.lead()
    assert work_once(at=chicago("2026-06-09 10:30")) == 1
    assert work_once(at=chicago("2026-06-09 10:30")) == 1
    assert work_once(at=chicago("2026-06-09 10:30")) == 0
    done = Task.objects.filter(journey=journey, status="done").order_by("due_at")
    assert [task.rule_id for task in done] == ["first-reply-late", "first-reply-very-late"]
