"""Carrying out together what is asked for at the same time.

Most of what a transaction costs is the same for one job as for eight: its statements, and a commit that waits for the
disk. So threads that ask while another is at work wait, and then one of them acts for all.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence


class Interrupted(RuntimeError):
    """Whoever acted for us was ended in the middle of it: what became of our job is not known."""


class Together[Job, Done]:
    """Call it with a job; `act` gets the jobs of all who wait, in their order and at most `most`, and answers for each.

    `act` does all of them or none. Where it fails for several, each thread does its own job alone: a bad one fails
    nobody else's, and gets its own error.
    """

    def __init__(self, act: Callable[[Sequence[Job]], Sequence[Done]], *, most: int = 32) -> None:
        self._act = act
        self._most = most
        self._mutex = threading.Lock()
        self._waiting: deque[_Call[Job, Done]] = deque()
        self._is_led = False

    def __call__(self, job: Job) -> Done:
        call = self._join(job)
        if not call.leads:
            self._wait(call)
        if call.leads:
            self._lead()
        if call.done:
            return call.done[0]
        if call.is_left_alone:
            return self._act([job])[0]
        raise Interrupted("The work was interrupted.")

    def _join(self, job: Job) -> "_Call[Job, Done]":
        call = _Call[Job, Done](job)
        with self._mutex:
            self._waiting.append(call)
            call.leads, self._is_led = not self._is_led, True
        return call

    def _wait(self, call: "_Call[Job, Done]") -> None:
        """Until somebody has acted for us, or it is our turn to lead."""
        try:
            call.turn.acquire()
        except BaseException:  # Ctrl-C
            with self._mutex:
                if call in self._waiting:
                    self._waiting.remove(call)
            if call.leads:
                self._hand_on()
            raise

    def _lead(self) -> None:
        """Act for everybody who waits by now, ourselves first; then the next one leads."""
        with self._mutex:
            calls = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
        try:
            for call, done in zip(calls, self._act([call.job for call in calls]), strict=True):
                call.done.append(done)
        except Exception:
            if len(calls) == 1:
                raise
            for call in calls:
                call.is_left_alone = True
        finally:
            self._hand_on()
            for call in calls[1:]:
                call.turn.release()

    def _hand_on(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting[0].leads = True
                self._waiting[0].turn.release()
            else:
                self._is_led = False


class _Call[Job, Done]:
    """One thread's job, and what became of it."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.turn = threading.Lock()
        self.turn.acquire()
        self.leads = False
        self.is_left_alone = False
        self.done: list[Done] = []
