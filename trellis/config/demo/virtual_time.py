"""Time that runs as fast as it can: what people do at its moment, and between that everything the worker would do."""

import heapq
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count

from django.db import connection

from trellis.conversations.ledger import deliver_due
from trellis.journeys.models import MACHINE_KINDS, Task
from trellis.journeys.wake import work_once

Act = Callable[[datetime], object]
# How soon the worker sends what was queued.
SOON = timedelta(seconds=2)


class VirtualTime:
    """An agenda of acts. Nothing happens twice, nothing happens out of turn."""

    def __init__(self) -> None:
        self._agenda: list[tuple[datetime, int, Act]] = []
        self._numbers = count()

    def at(self, when: datetime, act: Act) -> None:
        """Put on the agenda what somebody does at a moment; what is said at one moment keeps its order."""
        heapq.heappush(self._agenda, (when, next(self._numbers), act))

    def run(self, until: datetime, *, on_act: Callable[[datetime], None] = lambda at: None) -> None:
        """Let it all happen, in order."""
        while self._agenda and self._agenda[0][0] <= until:
            when, _, act = heapq.heappop(self._agenda)
            work_until(when)
            act(when)
            deliver_due(at=when + SOON)
            on_act(when)
        work_until(until)


def work_until(moment: datetime) -> None:
    """What the worker does until then, each task at its own time."""
    waiting = Task.objects.filter(status="open", kind__in=MACHINE_KINDS).order_by("due_at")
    while (due := waiting.values_list("due_at", flat=True).first()) and due <= moment:
        if not work_once(at=due):
            break
        deliver_due(at=due + SOON)


@contextmanager
def without_waiting_for_the_disk() -> Iterator[None]:
    """Commit without making sure of each: whoever pulls the plug now plants again. The order on disk stays safe."""
    if connection.in_atomic_block:  # Nothing is committed here, so nothing waits.
        yield
        return
    hasty, usual = HASTE[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(hasty)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(usual)


HASTE = {
    "sqlite": ("PRAGMA synchronous=NORMAL", "PRAGMA synchronous=FULL"),
    "postgresql": ("SET synchronous_commit = off", "RESET synchronous_commit"),
}
