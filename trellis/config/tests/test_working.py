"""The worker does what is due, says that it lives, survives failures and stops when told."""

import os
import signal
import threading
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from tests.cast import TUESDAY, Business
from tests.segments import names, segment
from trellis.config import worker
from trellis.config.health import is_working, worker_seen_s
from trellis.config.worker import Worker, deliver_due_messages, do_due_work, forget_old_workers, look_around
from trellis.conversations.models import Message
from trellis.core.memory import forget
from trellis.journeys.models import Heartbeat, Journey, Task
from trellis.people.actions import add_tags
from trellis.team.actions.teams import rename_team
from trellis.team.models import Change, Run, Team
from trellis.team.runs import Kind, begin_run, keep_part, register_kind


def test_due_work_is_done_until_none_is_left(ridgeline: Business) -> None:
    ridgeline.lead()
    at = timezone.now()
    while do_due_work(at):
        forget()
    assert not Task.objects.filter(status="open", assignee=None, due_at__lte=at, lease_until=None).exists()
    assert Journey.objects.get().status == "parked"


def test_what_cannot_leave_is_kept_and_shown(ridgeline: Business) -> None:
    ridgeline.lead(at=TUESDAY)
    do_due_work(TUESDAY)
    deliver_due_messages(TUESDAY)
    message = Message.objects.get()
    assert (message.state, message.held) == ("queued", "not connected")


def test_a_worker_says_that_it_lives(db: None) -> None:
    at = timezone.now()
    Worker()._wake(at)
    assert Heartbeat.objects.get().at == at
    assert is_working(worker_seen_s())


def test_a_worker_forgets_what_can_no_longer_be_taken_back(ridgeline: Business) -> None:
    rename_team(Team.objects.get(key="crew"), name="Roofers", by=ridgeline.maya, at=TUESDAY)
    Worker()._wake(TUESDAY + timedelta(minutes=9))
    assert Change.objects.exists()
    Worker()._wake(TUESDAY + timedelta(minutes=11))
    assert not Change.objects.exists()


def test_two_beats_within_a_moment_are_one_write(db: None, django_assert_num_queries) -> None:
    own = Worker()
    own._beat(timezone.now())
    with django_assert_num_queries(0):
        own._beat(timezone.now())


def test_workers_of_last_week_are_forgotten(db: None) -> None:
    Heartbeat.objects.create(name="old:1", at=TUESDAY)
    Heartbeat.objects.create(name="new:1", at=timezone.now())
    forget_old_workers(timezone.now())
    assert [one.name for one in Heartbeat.objects.all()] == ["new:1"]


def test_a_chore_that_fails_is_tried_again(
    db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(worker, "AFTER_FAILURE", 0.01)
    own, tries = Worker(), list[datetime]()

    def chore(at: datetime) -> int:
        tries.append(at)
        if len(tries) < 3:
            raise RuntimeError("the roof is wet")
        own.told_to_stop.set()
        return 0

    own._repeat(chore)
    assert len(tries) == 3
    assert caplog.text.count("chore failed") == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_is_told_to_stop_finishes_what_it_has_in_hand(
    db: None, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    finished = threading.Event()

    def send(at: datetime) -> int:
        os.kill(os.getpid(), number)
        finished.wait(0.2)
        finished.set()
        return 1

    monkeypatch.setattr(worker, "deliver_due_messages", send)
    monkeypatch.setattr(worker, "do_due_work", lambda at: 0)
    before = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        Worker().run()
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    assert finished.is_set()


def test_a_worker_that_is_stopped_for_an_update_leaves_long_work_to_the_next_as_if_it_had_never_had_it(
    ridgeline: Business,
) -> None:
    def be_told(run: Run, at: datetime) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        keep_part(run, [{"n": 1}])

    register_kind("told", Kind(step=be_told))
    run = begin_run(kind="told", title="Count", given={}, by=ridgeline.maya, at=TUESDAY)
    own = Worker()
    before = signal.signal(signal.SIGTERM, own._stop)
    try:
        own._wake(TUESDAY)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert own.told_to_stop.is_set()
    run.refresh_from_db()
    assert run.parts.exists()
    assert (run.lease_until, run.attempts) == (None, 0)


def test_the_worker_keeps_segments(ridgeline: Business) -> None:
    kept = segment(ridgeline)
    add_tags(ridgeline.contact(), ["insured"], at=TUESDAY)
    for _ in range(5):
        look_around(TUESDAY)
    assert names(kept) == ["Renee Castillo"]
