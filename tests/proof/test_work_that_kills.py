"""A step that has its worker killed by the kernel, as where memory runs out, is not tried without end."""

import os
import signal
import subprocess
import sys
from datetime import datetime

import pytest
from django.db import connection, transaction

from tests.cast import TUESDAY, Business
from tests.running.test_supervising import ROOT
from trellis.team.models import Run
from trellis.team.runs import ENDS_ALL, LEASE, Kind, begin_run, end_run, go_on, register_kind, work_runs

TIMES = 5


@pytest.mark.django_db(transaction=True)
def test_long_work_that_kills_five_workers_has_failed_and_goes_on_when_somebody_lets_it(
    ridgeline: Business, real_commits: None
) -> None:
    run = begin_run(kind="doomed", title="Count", given={}, by=ridgeline.maya, at=TUESDAY)
    assert how_workers_ended() == [-signal.SIGKILL] * TIMES
    register_kind("doomed", Kind(step=live))
    at = TUESDAY + TIMES * LEASE
    assert work_runs(at=at) == 0
    run.refresh_from_db()
    assert (run.has_failed, run.said, run.done, run.parts.exists()) == (True, ENDS_ALL, 0, False)
    go_on(run, at=at)
    work_runs(at=at)
    run.refresh_from_db()
    assert (run.said, run.has_failed) == ("Counted.", False)


def live(run: Run, at: datetime) -> None:
    with transaction.atomic():
        end_run(run, "Counted.", at=at)


def how_workers_ended() -> list[int]:
    """In processes of their own, on the database of this test."""
    here = connection.settings_dict
    server = f"postgresql://{here['USER']}:{here['PASSWORD']}@{here['HOST']}:{here['PORT'] or 5432}"
    url = f"sqlite:///{here['NAME']}" if connection.vendor == "sqlite" else f"{server}/{here['NAME']}"
    done = subprocess.run(
        [sys.executable, "-m", "tests.proof.doomed", str(TIMES)],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "trellis.config.settings", "DATABASE_URL": url},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return [int(code) for code in done.stdout.split()]
