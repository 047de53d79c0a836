"""Run as a program: one worker after another takes up what waits, and is killed by the kernel within its step."""

import os
import signal
import sys
from datetime import datetime

import django

django.setup()

from django.db import transaction  # noqa: E402  # Models can be imported only now.

from tests.cast import TUESDAY  # noqa: E402
from trellis.team.models import Run  # noqa: E402
from trellis.team.runs import LEASE, Kind, keep_part, register_kind, work_runs  # noqa: E402


def die(run: Run, at: datetime) -> None:
    with transaction.atomic():
        keep_part(run, [{"n": 1}])
        os.kill(os.getpid(), signal.SIGKILL)


def main(times: int) -> None:
    register_kind("doomed", Kind(step=die))
    for number in range(times):
        if not (worker := os.fork()):
            work_runs(at=TUESDAY + number * LEASE)
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]))


if __name__ == "__main__":
    main(int(sys.argv[1]))
