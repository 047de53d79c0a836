"""A process started by the supervisor ends with it, even when the supervisor is killed and can tell nobody.

The supervisor keeps the writing end of a pipe. When it dies, however it dies, the kernel closes that end, and whoever
holds the reading end knows.
"""

import os
import signal
import threading
import time

GRACE = 10.0

_reading_end: int | None = None


class Lifeline:
    """The pipe; made by the supervisor before it starts children."""

    def __init__(self) -> None:
        self._reading_end, self._writing_end = os.pipe()

    def hold(self) -> None:
        """Called once in each child: let go of the writing end, which only the supervisor may keep open."""
        global _reading_end
        os.close(self._writing_end)
        _reading_end = self._reading_end


def hold_on() -> None:
    """End this process's group when the supervisor is gone. Does nothing where no supervisor started us.

    Called by each process that stays: a thread does the waiting, and a fork keeps no threads.
    """
    if _reading_end is not None:
        threading.Thread(target=_wait, args=[_reading_end], name="lifeline", daemon=True).start()


def _wait(reading_end: int) -> None:
    while os.read(reading_end, 1):
        pass
    os.killpg(0, signal.SIGTERM)
    time.sleep(GRACE)
    os.killpg(0, signal.SIGKILL)
