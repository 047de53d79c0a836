"""A process ends with the one that started it, even when that one is killed and can tell nobody.

The parent keeps the writing end of a pipe. When it dies, however it dies, the kernel closes that end, and whoever
holds the reading end knows.
"""

import os
import select
import signal
import threading
import time
from collections.abc import Callable

GRACE = 10.0


class Lifeline:
    """The pipe; made by a parent before it forks. `kill` sends a signal to what has to end with the parent."""

    def __init__(self, kill: Callable[[signal.Signals], None]) -> None:
        self.kill = kill
        self.reading_end, self._writing_end = os.pipe()
        self._is_held = False
        _lines.append(self)

    def hold(self) -> None:
        """Called once in each child: let go of the writing end, which only the parent may keep open."""
        if not self._is_held:
            os.close(self._writing_end)
            self._is_held = True


_lines: list[Lifeline] = []


def kill_group(number: signal.Signals) -> None:
    os.killpg(0, number)


def kill_myself(number: signal.Signals) -> None:
    os.kill(os.getpid(), number)


def hold_on() -> None:
    """End when a parent does that made a lifeline. Does nothing where none was made.

    Called by each process that stays: a thread does the waiting, and a fork keeps no threads.
    """
    for line in _lines:
        line.hold()
    if _lines:
        threading.Thread(target=_wait, name="lifeline", daemon=True).start()


def _wait() -> None:
    ends = {line.reading_end: line for line in _lines}
    readable, _, _ = select.select(list(ends), [], [])
    line = ends[readable[0]]
    line.kill(signal.SIGTERM)
    time.sleep(GRACE)
    line.kill(signal.SIGKILL)
