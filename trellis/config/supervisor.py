"""Keeps the processes of `trellis up` running, and takes all of them along when it stops.

Each child is a fork of this process, with all code loaded already, so it is at work at once and is back at once. Each
leads a process group of its own. Before a child is started again, whatever its group left behind is killed: a web
server's worker outlives a killed main process and would go on holding the port.
"""

import contextlib
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import NoReturn

from trellis.config import lifeline

GRACE = 10.0
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
STEADY = 60.0
STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Child:
    """One process that should always run. `name` is what `ps -o comm` shows."""

    def __init__(self, name: str, run: Callable[[], object], held: lifeline.Lifeline) -> None:
        self.name = name
        self.run = run
        self.lifeline = held
        self.pid = 0
        self.started = 0.0
        self.pause = FIRST_PAUSE
        self.start_again = 0.0

    def look_after(self) -> None:
        """Start it where it is due, and plan a new start where it died: later and later while it dies young."""
        now = time.monotonic()
        if not self.pid:
            if now >= self.start_again:
                self.start()
        elif status := self.ended():
            pause = FIRST_PAUSE if now - self.started > STEADY else self.pause
            say(f"{self.name} ended ({status}); starting it again in {pause:g} s")
            self.kill_group()
            self.pid, self.start_again, self.pause = 0, now + pause, min(pause * 2, LONGEST_PAUSE)

    def start(self) -> None:
        self.started = time.monotonic()
        sys.stdout.flush()
        self.pid = os.fork()
        if not self.pid:
            self._live()
        with contextlib.suppress(OSError):  # The child does the same: whoever comes first, it leads its group.
            os.setpgid(self.pid, self.pid)

    def ended(self) -> str:
        """How it ended, empty while it runs."""
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if not pid:
            return ""
        code = os.waitstatus_to_exitcode(status)
        return f"status {code}" if code >= 0 else signal.Signals(-code).name

    def is_running(self) -> bool:
        try:
            return bool(self.pid) and not self.ended()
        except ChildProcessError:  # We were told of its end before.
            return False

    def signal_group(self, number: signal.Signals) -> None:
        # The group's id is the pid of its leader, and stays taken as long as anyone is in the group.
        if self.pid:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, number)

    def kill_group(self) -> None:
        self.signal_group(signal.SIGKILL)

    def _live(self) -> NoReturn:
        """Be the child: in a group of its own, deaf to the terminal, at the end of the lifeline."""
        status = 1
        try:
            os.setpgid(0, 0)
            for number in STOPPING:
                signal.signal(number, signal.SIG_DFL)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            with contextlib.suppress(OSError):
                Path("/proc/self/comm").write_text(self.name)
            self.lifeline.hold()
            self.run()
            status = 0
        except SystemExit as leaving:
            status = leaving.code if isinstance(leaving.code, int) else 1
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)


class Supervisor:
    """Runs named functions, each in a process of its own, until it is told to stop."""

    def __init__(self, runs: Mapping[str, Callable[[], object]]) -> None:
        held = lifeline.Lifeline(lifeline.kill_group)
        self.children = [Child(name, run, held) for name, run in runs.items()]
        self.told_to_stop = threading.Event()

    def run(self, meanwhile: Callable[[], object] = lambda: None) -> None:
        """Until SIGTERM, SIGINT or SIGHUP; a second one ends everything at once. `meanwhile` is called now and then."""
        for number in STOPPING:
            signal.signal(number, self._stop)
        try:
            while not self.told_to_stop.is_set():
                for child in self.children:
                    child.look_after()
                meanwhile()
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
            child.signal_group(signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        while time.monotonic() < deadline and any(child.is_running() for child in self.children):
            time.sleep(0.05)
        for child in self.children:
            child.kill_group()


def say(text: str) -> None:
    print(text, flush=True)
