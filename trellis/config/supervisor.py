"""Keeps the processes of `trellis up` running, and takes all of them along when it stops.

Each child leads a process group of its own. Before a child is started again, whatever its group left behind is killed:
a web server's worker outlives a killed main process and would go on holding the port.
"""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from types import FrameType

from trellis.config.lifeline import VARIABLE

GRACE = 10.0
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
STEADY = 60.0


class Child:
    """One process that should always run."""

    def __init__(self, name: str, command: Sequence[str], reading_end: int) -> None:
        self.name = name
        self.command = command
        self.reading_end = reading_end
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0
        self.pause = FIRST_PAUSE
        self.start_again = 0.0

    def start(self) -> None:
        self.kill_group()
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=[self.reading_end],
            env=os.environ | {VARIABLE: str(self.reading_end)},
        )

    def look_after(self) -> None:
        """Start it where it is due, and plan a new start where it died: later and later while it dies young."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_again:
                self.start()
        elif self.process.poll() is not None:
            pause = FIRST_PAUSE if now - self.started > STEADY else self.pause
            say(f"{self.name} ended ({self.process.returncode}); starting it again in {pause:g} s")
            self.kill_group()
            self.process, self.start_again, self.pause = None, now + pause, min(pause * 2, LONGEST_PAUSE)

    def is_gone(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def ask_to_stop(self) -> None:
        self._signal(signal.SIGTERM)

    def kill_group(self) -> None:
        self._signal(signal.SIGKILL)
        if self.process:
            self.process.wait()

    def _signal(self, number: signal.Signals) -> None:
        # The group's id is the pid of its leader, and stays taken as long as anyone is in the group.
        if self.process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)


class Supervisor:
    """Runs named commands until it is told to stop."""

    def __init__(self, commands: Mapping[str, Sequence[str]]) -> None:
        reading_end, self._lifeline = os.pipe()
        self.children = [Child(name, command, reading_end) for name, command in commands.items()]
        self.told_to_stop = threading.Event()

    def run(self) -> None:
        """Until SIGTERM, SIGINT or SIGHUP; a second one ends everything at once."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)
        try:
            while not self.told_to_stop.is_set():
                for child in self.children:
                    child.look_after()
                self.told_to_stop.wait(0.1)
        finally:
            self._stop_children()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        if self.told_to_stop.is_set():
            for child in self.children:
                child.kill_group()
        self.told_to_stop.set()

    def _stop_children(self) -> None:
        for child in self.children:
            child.ask_to_stop()
        deadline = time.monotonic() + GRACE
        while time.monotonic() < deadline and not all(child.is_gone() for child in self.children):
            time.sleep(0.05)
        for child in self.children:
            child.kill_group()


def say(text: str) -> None:
    print(text, flush=True)
