"""Long work that is taken back leaves nothing behind, whatever a worker was doing at that moment."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from tests.cast import TUESDAY, Business
from trellis.team.models import Run, RunPart
from trellis.team.runs import (
    ENDS_ALL,
    FAILED,
    LEASE,
    Kind,
    begin_run,
    carry_through,
    claim_run,
    end_run,
    go_on,
    hold,
    keep_part,
    pause_run,
    register_kind,
    undo_run,
    work_runs,
)

# No time for a second one.
ONE_STEP = 0


@pytest.fixture
def counted(ridgeline: Business) -> Run:
    register_kind("count", Kind(step=count, undo=lambda run, part, at: 0))
    return begin_run(kind="count", title="Count", given={}, by=ridgeline.maya, at=TUESDAY)


def count(run: Run, at: datetime) -> None:
    with transaction.atomic():
        if hold(run):
            keep_part(run, [{"n": 1}])


def test_a_step_does_nothing_for_a_run_that_somebody_has_ended(counted: Run, ridgeline: Business) -> None:
    work_runs(at=TUESDAY, turn=ONE_STEP)
    mine = Run.objects.get(pk=counted.pk)
    undo_run(counted, by=ridgeline.maya, at=TUESDAY)
    count(mine, TUESDAY)
    assert RunPart.objects.filter(run=counted).count() == 1


def test_an_ended_run_is_taken_back_once_and_by_its_parts(counted: Run, ridgeline: Business) -> None:
    work_runs(at=TUESDAY, turn=ONE_STEP)
    undone = undo_run(counted, by=ridgeline.maya, at=TUESDAY)
    while work_runs(at=TUESDAY):
        pass
    undone.refresh_from_db()
    assert (undone.done, undone.said) == (1, "Taken back. Everything is as it was before.")
    assert not RunPart.objects.filter(run=counted).exists()


def test_whoever_claimed_a_run_does_step_after_step_for_a_moment(counted: Run) -> None:
    steps = work_runs(at=TUESDAY, turn=0.05)
    assert steps > 3
    assert counted.parts.count() == steps
    counted.refresh_from_db()
    assert counted.lease_until is None, "The next turn is anybody's."


def test_what_is_paused_stops_after_the_step_under_way_and_goes_on_at_once(ridgeline: Business) -> None:
    def count_to_three(run: Run, at: datetime) -> None:
        with transaction.atomic():
            if hold(run):
                keep_part(run, [{"n": 1}])
        if run.parts.count() == 3:
            pause_run(Run.objects.get(pk=run.pk), at=at)

    register_kind("to three", Kind(step=count_to_three))
    run = begin_run(kind="to three", title="Count", given={}, by=ridgeline.maya, at=TUESDAY)
    work_runs(at=TUESDAY)
    assert run.parts.count() == 3
    go_on(run, at=TUESDAY)
    work_runs(at=TUESDAY, turn=ONE_STEP)
    assert run.parts.count() == 4


def test_whoever_was_away_for_longer_than_the_lease_does_nothing_any_more(counted: Run) -> None:
    mine = claim_run(TUESDAY)
    assert mine is not None
    work_runs(at=TUESDAY + timedelta(minutes=2), turn=ONE_STEP)
    claim_run(TUESDAY + timedelta(minutes=3))
    carry_through(mine, TUESDAY)
    assert counted.parts.count() == 1


# Whether each step from now on goes wrong, once for each that stands here; after them all go well.
mishaps: list[Exception] = []


@pytest.fixture
def fragile(ridgeline: Business) -> Iterator[Run]:
    register_kind("fragile", Kind(step=stumble, undo=lambda run, part, at: 0))
    yield begin_run(kind="fragile", title="Count", given={}, by=ridgeline.maya, at=TUESDAY)
    mishaps.clear()


def stumble(run: Run, at: datetime) -> None:
    with transaction.atomic():
        keep_part(run, [{"n": 1}])
        run.done += 1
        run.save(update_fields=["done"])
        if mishaps:
            raise mishaps.pop()
        if run.done == 2:
            end_run(run, "Counted to 2.", at=at)


def work(run: Run, *, until: timedelta) -> Run:
    """As a worker that comes by each second."""
    for second in range(int(until.total_seconds()) + 1):
        work_runs(at=TUESDAY + timedelta(seconds=second), turn=ONE_STEP)
    run.refresh_from_db()
    return run


def test_a_step_that_goes_wrong_once_is_done_by_whoever_comes_next(
    fragile: Run, caplog: pytest.LogCaptureFixture
) -> None:
    mishaps.append(KeyError("roof"))
    work_runs(at=TUESDAY)
    assert not fragile.parts.exists()
    assert "KeyError: 'roof'" in caplog.text
    run = work(fragile, until=timedelta(seconds=1))
    assert (run.done, run.said, run.attempts, run.has_failed) == (2, "Counted to 2.", 0, False)


def test_a_step_that_goes_wrong_each_time_rests_longer_each_time_and_then_the_run_has_failed(
    fragile: Run, ridgeline: Business
) -> None:
    mishaps.extend([KeyError("roof")] * 20)
    register_kind("count", Kind(step=count))
    other = begin_run(kind="count", title="Count", given={}, by=ridgeline.maya, at=TUESDAY + timedelta(seconds=1))
    run = work(fragile, until=timedelta(seconds=60))
    assert (run.ended_at, run.attempts, len(mishaps)) == (None, 4, 16)
    assert other.parts.count() > 50
    run = work(fragile, until=timedelta(minutes=10))
    assert (run.has_failed, run.said, run.done, len(mishaps)) == (True, FAILED, 0, 15)


def test_what_has_failed_goes_on_from_where_it_stands(fragile: Run) -> None:
    work_runs(at=TUESDAY, turn=ONE_STEP)
    mishaps.extend([KeyError("roof")] * 5)
    run = work(fragile, until=timedelta(minutes=10))
    assert (run.done, run.can_go_on) == (1, True)
    run = work(go_on(run, at=TUESDAY + timedelta(hours=1)), until=timedelta(seconds=1))
    assert (run.done, run.said, run.can_go_on) == (2, "Counted to 2.", False)


def test_what_has_failed_is_taken_back_and_goes_on_no_more(fragile: Run, ridgeline: Business) -> None:
    mishaps.extend([KeyError("roof")] * 5)
    run = work(fragile, until=timedelta(minutes=10))
    undo_run(run, by=ridgeline.maya, at=TUESDAY)
    run = go_on(run, at=TUESDAY + timedelta(hours=1))
    assert (run.said, run.can_go_on) == ("Stopped, and taken back.", False)
    assert run.ended_at


def test_what_was_paused_while_it_rests_stays_so(fragile: Run) -> None:
    mishaps.extend([KeyError("roof")] * 2)
    work_runs(at=TUESDAY)
    pause_run(fragile, at=TUESDAY)
    run = work(fragile, until=timedelta(minutes=1))
    assert (run.attempts, run.can_go_on, run.done) == (1, True, 0)


def test_what_goes_wrong_where_somebody_waits_is_left_to_the_workers(ridgeline: Business, fragile: Run) -> None:
    mishaps.append(KeyError("roof"))
    run = begin_run(kind="fragile", title="Now", given={}, by=ridgeline.maya, at=TUESDAY, at_once=True)
    assert (run.ended_at, run.done) == (None, 0)
    assert work(run, until=timedelta(seconds=5)).said == "Counted to 2."


def test_a_step_that_ends_whatever_does_it_is_tried_as_often_as_others_and_then_the_run_has_failed(
    counted: Run, ridgeline: Business, caplog: pytest.LogCaptureFixture
) -> None:
    other = begin_run(kind="count", title="Other", given={}, by=ridgeline.maya, at=TUESDAY + timedelta(seconds=1))
    for number in range(5):
        died_at = TUESDAY + number * LEASE
        assert claim_run(died_at) == counted, "And nothing is heard of it any more."
    at = died_at + LEASE
    assert claim_run(at) == other, "Everything else goes on."
    counted.refresh_from_db()
    assert (counted.has_failed, counted.said) == (True, ENDS_ALL)
    assert "was ended in the middle of a step" in caplog.text
    go_on(counted, at=at)
    work_runs(at=at, turn=ONE_STEP)
    assert counted.parts.count() == 1


def test_what_is_ended_now_and_then_goes_on_as_long_as_its_steps_go_well_in_between(counted: Run) -> None:
    for number in range(10):
        at = TUESDAY + 2 * number * LEASE
        claim_run(at)
        work_runs(at=at + LEASE, turn=ONE_STEP)
    counted.refresh_from_db()
    assert (counted.ended_at, counted.attempts, counted.parts.count()) == (None, 0, 10)


def test_how_long_it_stood_is_not_counted_in_how_fast_it_goes(counted: Run) -> None:
    work_runs(at=TUESDAY, turn=ONE_STEP)
    counted.refresh_from_db()
    pause_run(counted, at=TUESDAY + timedelta(seconds=10))
    go_on(counted, at=TUESDAY + timedelta(hours=1, seconds=10))
    assert counted.started_at == TUESDAY + timedelta(hours=1)
