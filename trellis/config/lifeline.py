"""A process started by the supervisor ends with it, even when the supervisor is killed and can tell nobody.

The supervisor keeps the writing end of a pipe. When it dies, however it dies, the kernel closes that end, and whoever
holds the reading end knows.
"""

import os
import signal
import threading
import time

VARIABLE = "TRELLIS_LIFELINE"
GRACE = 10.0


def hold_on() -> None:
    """End this process's group when the supervisor is gone. Does nothing where no supervisor started us."""
    if reading_end := os.environ.get(VARIABLE):
        threading.Thread(target=_wait, args=[int(reading_end)], name="lifeline", daemon=True).start()


def _wait(reading_end: int) -> None:
    while os.read(reading_end, 1):
        pass
    os.killpg(0, signal.SIGTERM)
    time.sleep(GRACE)
    os.killpg(0, signal.SIGKILL)
