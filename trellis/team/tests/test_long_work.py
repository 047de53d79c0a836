"""Long work that is taken back leaves nothing behind, whatever a worker was doing at that moment."""

from datetime import datetime

import pytest

from tests.cast import TUESDAY, Business
from trellis.team.models import Run, RunPart
from trellis.team.runs import Kind, begin_run, hold, keep_part, register_kind, undo_run, work_runs


@pytest.fixture
def counted(ridgeline: Business) -> Run:
    register_kind("count", Kind(step=count, undo=lambda run, part, at: 0))
    return begin_run(kind="count", title="Count", given={}, by=ridgeline.maya, at=TUESDAY)


def count(run: Run, at: datetime) -> None:
    if hold(run):
        keep_part(run, [{"n": 1}])


def test_a_step_does_nothing_for_a_run_that_somebody_has_ended(counted: Run, ridgeline: Business) -> None:
    work_runs(at=TUESDAY)
    mine = Run.objects.get(pk=counted.pk)
    undo_run(counted, by=ridgeline.maya, at=TUESDAY)
    count(mine, TUESDAY)
    assert RunPart.objects.filter(run=counted).count() == 1


def test_an_ended_run_is_taken_back_once_and_by_its_parts(counted: Run, ridgeline: Business) -> None:
    work_runs(at=TUESDAY)
    undone = undo_run(counted, by=ridgeline.maya, at=TUESDAY)
    while work_runs(at=TUESDAY):
        pass
    undone.refresh_from_db()
    assert (undone.done, undone.said) == (1, "Taken back. Everything is as it was before.")
    assert not RunPart.objects.filter(run=counted).exists()
