"""Two transactions at the same moment, each right by itself and wrong together: one of them is refused.

SQLite has one writer at a time, so there is nothing to race there; this file is collected on PostgreSQL alone.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import Error, connection, connections, transaction

from tests.cast import TUESDAY, Business, chicago, next_step
from trellis.core.memory import forget
from trellis.core.refusal import Refused
from trellis.events.models import Event
from trellis.journeys.actions import assign_journey, complete_task, plan_step, release_user
from trellis.journeys.audit import audit
from trellis.journeys.models import Journey, Task
from trellis.journeys.wake import work_once
from trellis.people.actions import retag
from trellis.team.models import Change, User
from trellis.team.undoing import undo_change

pytestmark = pytest.mark.usefixtures("real_commits")

SOON = TUESDAY + timedelta(minutes=1)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(max_workers=4) as pool:
        yield pool


def in_thread(pool: ThreadPoolExecutor, work: Callable[[], object]) -> "Future[object]":
    def run() -> object:
        try:
            return work()
        finally:
            connections.close_all()

    return pool.submit(run)


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


class Halfway:
    """A transaction that did its writing and has not committed yet, in a thread of its own."""

    def __init__(self, pool: ThreadPoolExecutor, write: Callable[[], None]) -> None:
        self.written, self.may_end = threading.Event(), threading.Event()
        self.ended = in_thread(pool, lambda: self.run(write))
        assert self.written.wait(10)

    def run(self, write: Callable[[], None]) -> None:
        try:
            with transaction.atomic():
                write()
                self.written.set()
                assert self.may_end.wait(10)
        finally:
            self.written.set()

    def end(self) -> None:
        self.may_end.set()
        self.ended.result(10)


def meets(pool: ThreadPoolExecutor, first: Callable[[], None], second: Callable[[], None]) -> None:
    """The second waits for the first, which then commits; the second must not get through."""
    halfway = Halfway(pool, first)
    late = in_thread(pool, lambda: write(second))
    with pytest.raises(TimeoutError):
        late.result(0.3)
    halfway.end()
    with pytest.raises(Error, match="trellis guard"):
        late.result(10)
    assert audit()["violations"] == 0


def write(work: Callable[[], None]) -> None:
    with transaction.atomic():
        work()


def give(journey: Journey, user: User) -> Callable[[], None]:
    return lambda: sql("UPDATE journeys_journey SET owner_id = %s WHERE id = %s", user.pk, journey.pk)


def let_go(user: User) -> Callable[[], None]:
    return lambda: sql("UPDATE team_user SET deactivated_at = %s WHERE id = %s", SOON, user.pk)


def tick_off(task: Task) -> Callable[[], None]:
    return lambda: sql("UPDATE journeys_task SET status = 'done', closed_at = %s WHERE id = %s", SOON, task.pk)


def lead_by(task: Task) -> Callable[[], None]:
    point = "UPDATE journeys_journey SET next_task_id = %s, due_at = %s WHERE id = %s"
    return lambda: sql(point, task.pk, task.due_at, task.journey_id)


def later_task(ridgeline: Business) -> Task:
    """One that could lead: nobody's step is open on its journey."""
    journey = ridgeline.lead()
    complete_task(next_step(journey), by=ridgeline.maya, at=SOON)
    return Task.objects.get(journey=journey, rule_id="nudge")


def test_nobody_is_let_go_while_they_are_given_a_journey(ridgeline: Business, pool: ThreadPoolExecutor) -> None:
    journey = ridgeline.lead()
    meets(pool, give(journey, ridgeline.tom), let_go(ridgeline.tom))


def test_nobody_is_given_a_journey_while_they_are_let_go(ridgeline: Business, pool: ThreadPoolExecutor) -> None:
    journey = ridgeline.lead()
    meets(pool, let_go(ridgeline.tom), give(journey, ridgeline.tom))


def test_a_task_is_not_ticked_off_while_it_comes_to_lead(ridgeline: Business, pool: ThreadPoolExecutor) -> None:
    task = later_task(ridgeline)
    meets(pool, lead_by(task), tick_off(task))


def test_a_task_does_not_come_to_lead_while_it_is_ticked_off(ridgeline: Business, pool: ThreadPoolExecutor) -> None:
    task = later_task(ridgeline)
    meets(pool, tick_off(task), lead_by(task))


def test_who_comes_second_is_told_in_a_sentence(ridgeline: Business, pool: ThreadPoolExecutor) -> None:
    journey = ridgeline.lead()
    halfway = Halfway(pool, let_go(ridgeline.tom))
    given = in_thread(pool, lambda: assign_journey(journey, owner=ridgeline.tom, by=ridgeline.maya, at=SOON))
    with pytest.raises(TimeoutError):
        given.result(0.3)
    halfway.end()
    with pytest.raises(Refused, match="Somebody changed this at the same moment"):
        given.result(10)


def outcomes(works: list["Future[object]"]) -> list[str]:
    """How each ended: "", or the kind of refusal."""
    return [type(work.exception(30)).__name__ if work.exception(30) else "" for work in works]


def test_leaving_and_being_given_things_at_once_ends_well_every_time(
    ridgeline: Business, pool: ThreadPoolExecutor
) -> None:
    journeys = [ridgeline.lead(ridgeline.contact(f"Lead {n}", f"{n}@example.com")) for n in range(6)]
    given = [
        in_thread(pool, lambda j=journey: assign_journey(j, owner=ridgeline.ben, by=ridgeline.maya, at=SOON))
        for journey in journeys
    ]
    left = in_thread(pool, lambda: release_user(ridgeline.ben, by=ridgeline.maya, at=SOON))
    ends = outcomes([*given, left])
    assert set(ends) <= {"", "Refused", "OperationalError"}
    forget()
    report = audit()
    assert (report["violations"], report["open"]) == (0, 6)
    if not User.objects.get(pk=ridgeline.ben.pk).is_active:
        assert not Journey.objects.filter(owner=ridgeline.ben).exists()


def test_of_two_who_press_done_at_once_one_is_told(ridgeline: Business, pool: ThreadPoolExecutor) -> None:
    step = next_step(ridgeline.lead())
    later = TUESDAY + timedelta(days=1)
    pressed = [
        in_thread(
            pool,
            lambda by=by: complete_task(
                Task.objects.get(pk=step.pk), by=by, at=SOON, then="Send photos", then_due_at=later
            ),
        )
        for by in (ridgeline.maya, ridgeline.ben)
    ]
    assert sorted(outcomes(pressed)) == ["", "Refused"]
    assert Task.objects.filter(title="Send photos").count() == 1


def test_who_tags_somebody_while_another_does_takes_back_only_their_own(
    ridgeline: Business, pool: ThreadPoolExecutor
) -> None:
    contact = ridgeline.contact()
    halfway = Halfway(pool, lambda: retag(contact, add=["Storm"], by=ridgeline.maya, at=SOON))
    late = in_thread(pool, lambda: retag(contact, add=["Storm", "VIP"], by=ridgeline.ben, at=SOON))
    with pytest.raises(TimeoutError):
        late.result(0.3)
    halfway.end()
    late.result(10)
    told = Event.objects.filter(contact_id=contact.pk, key="tag.added")
    assert sorted((one.by.first_name, one.payload["tag"]) for one in told) == [("Ben", "VIP"), ("Maya", "Storm")]
    undo_change(Change.objects.get(by=ridgeline.ben), by=ridgeline.ben, at=SOON)
    assert [tag.name for tag in contact.tags.all()] == ["Storm"]


def test_two_signals_of_one_person_at_once_make_one_journey(ridgeline: Business, pool: ThreadPoolExecutor) -> None:
    contact = ridgeline.contact()
    pressed = [in_thread(pool, lambda: ridgeline.lead(contact)) for _ in range(4)]
    assert outcomes(pressed) == [""] * 4
    assert Journey.objects.count() == 1


def test_a_person_plans_while_the_machine_parks(ridgeline: Business, pool: ThreadPoolExecutor) -> None:
    journeys = [ridgeline.lead(ridgeline.contact(f"Lead {n}", f"{n}@example.com")) for n in range(4)]
    Task.objects.filter(status="open", assignee=None).exclude(rule_id="rest").update(lease_until=chicago("2027-01-01"))
    rests = chicago("2026-06-15 10:00")
    planned = [
        in_thread(
            pool,
            lambda j=journey: plan_step(j, title="Call", due_at=rests + timedelta(days=1), by=ridgeline.maya, at=rests),
        )
        for journey in journeys
    ]
    parked = in_thread(pool, lambda: work_once(at=rests))
    assert set(outcomes([*planned, parked])) == {""}
    assert audit()["violations"] == 0


def test_two_workers_do_each_task_once(ridgeline: Business, pool: ThreadPoolExecutor) -> None:
    for n in range(20):
        ridgeline.lead(ridgeline.contact(f"Lead {n}", f"{n}@example.com"))
    late = chicago("2026-06-09 10:05")
    taken = [in_thread(pool, lambda: work_once(at=late, limit=3)) for _ in range(10)]
    assert sum(int(str(work.result(30))) for work in taken) == 20
    for journey in Journey.objects.all():
        assert journey.decisions.filter(rule_id="first-reply-late", sentence__startswith="Ben").count() <= 1
        assert journey.clocks.get(kind="first_response").met_at is None
    assert audit()["violations"] == 0
