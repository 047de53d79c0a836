"""The worker: takes in what waits, wakes what is due, sends what is queued. Any number may run.

Sending waits for other people's servers, so it has a thread of its own: a slow mail server never delays a deadline.
"""

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from types import FrameType
from zoneinfo import ZoneInfo

from django.db import close_old_connections, connection
from django.utils import timezone

from trellis.config.lifeline import hold_on
from trellis.conversations.ledger import deliver_due, resolve_doubt
from trellis.intake.actions import interpret_waiting
from trellis.journeys.jobs import change_journeys
from trellis.journeys.models import Heartbeat
from trellis.journeys.wake import work_once
from trellis.people.finding import settle
from trellis.people.jobs import look_for_duplicates
from trellis.people.keyed import keep_key_indexes
from trellis.people.segment_jobs import keep_segments
from trellis.team.queries import business
from trellis.team.runs import work_runs
from trellis.team.undoing import forget_old_changes
from trellis.transfer.jobs import forget_left

log = logging.getLogger(__name__)

Chore = Callable[[datetime], int]

IDLE = 0.5
AFTER_FAILURE = 5.0
BEAT = 5.0
TIDYING = 600.0
# Between two looks for duplicates, so that deadlines and letters have the processor for most of the time.
LOOKING = 0.05
FORGOTTEN = timedelta(days=1)
STOPPING = 20.0


class Worker:
    """Runs the chores until told to stop. `name` is how it shows in the heartbeats."""

    def __init__(self) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self.told_to_stop = threading.Event()
        self._beat_at = self._tidy_at = 0.0

    def run(self) -> None:
        """Until SIGTERM or SIGINT: what is in hand is finished first."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        hold_on()
        forget_old_workers(timezone.now())
        sending = threading.Thread(target=self._repeat, args=[deliver_due_messages], name="sending", daemon=True)
        sending.start()
        looking = threading.Thread(target=self._repeat, args=[look_around, LOOKING], name="looking", daemon=True)
        looking.start()
        self._repeat(self._wake)
        # A message still on its way after that is looked up or reported by the next worker.
        sending.join(STOPPING)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.told_to_stop.set()

    def _repeat(self, chore: Chore, between: float = 0.0) -> None:
        """Do the chore again while it finds work, at once or with a rest in `between`, else after a moment."""
        while not self.told_to_stop.is_set():
            pause = IDLE
            try:
                pause = between if chore(timezone.now()) else IDLE
            except Exception:
                log.exception("%s failed; trying again in %.0f s", getattr(chore, "__name__", chore), AFTER_FAILURE)
                pause = AFTER_FAILURE
            close_old_connections()
            self.told_to_stop.wait(pause)
        connection.close()

    def _wake(self, at: datetime) -> int:
        self._beat(at)
        self._tidy(at)
        return do_due_work(at)

    def _beat(self, at: datetime) -> None:
        """Say that we are alive, now and then."""
        if time.monotonic() >= self._beat_at:
            Heartbeat.objects.update_or_create(name=self.name, defaults={"at": at})
            self._beat_at = time.monotonic() + BEAT

    def _tidy(self, at: datetime) -> None:
        """Keep nothing of what can no longer be taken back, or was never begun."""
        if time.monotonic() >= self._tidy_at:
            self._tidy_at = time.monotonic() + TIDYING
            forget_old_changes(at)
            forget_left(at)


def do_due_work(at: datetime) -> int:
    """Everything that is due in our own database; how much there was."""
    urgent = interpret_waiting(at=at, limit=100) + work_once(at=at) + change_journeys(at=at) + settle()
    return urgent + work_runs(at=at)


def deliver_due_messages(at: datetime) -> int:
    """Everything that is due to leave; how much there was."""
    return resolve_doubt(at=at) + deliver_due(at=at)


def look_around(at: datetime) -> int:
    """What nobody waits for. Segments first: people look at them."""
    hour = at.astimezone(ZoneInfo(business().time_zone)).hour
    return keep_key_indexes() + keep_segments(at=at) + look_for_duplicates(at=at, hour=hour)


def forget_old_workers(at: datetime) -> None:
    Heartbeat.objects.filter(at__lt=at - FORGOTTEN).delete()
