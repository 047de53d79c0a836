"""Due tasks of the machine, applied by workers: processes that each take batches until nothing is due.

Run as `python -m bench.dues AT SECONDS` it is one such worker.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from bench.figures import Figure
from bench.moment import NOW

# Many tasks have come due by then, in the middle of a working day: no rule waits for the morning.
MOMENTS = [NOW + timedelta(days=days) for days in (2, 3, 6, 7, 8)]
SECONDS = 10.0


def measure(workers: int, *, quick: bool) -> Iterator[Figure]:
    """The rate of the whole, over the time in which every worker was at work."""
    seconds = 4.0 if quick else SECONDS
    command = [sys.executable, "-m", "bench.dues", MOMENTS[-1].isoformat(), str(seconds)]
    at_work = [Worker(command) for _ in range(workers)]
    for worker in at_work:
        worker.wait_until_ready()
    for worker in at_work:
        worker.go()
    told = [worker.what_it_did() for worker in at_work]
    applied, took = sum(done for done, _ in told), max(span for _, span in told)
    yield Figure("dues", applied / took, f"{applied:,} tasks in {took:.1f} s by {workers} worker{'s' * (workers > 1)}")


class Worker:
    """A process that starts when it is told to."""

    def __init__(self, command: list[str]) -> None:
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def wait_until_ready(self) -> None:
        assert self.process.stdout
        self.process.stdout.readline()

    def go(self) -> None:
        assert self.process.stdin
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def what_it_did(self) -> tuple[int, float]:
        """How many tasks it applied, and in how many seconds."""
        told, _ = self.process.communicate()
        done, span = json.loads(told)
        return done, span


def work(at: datetime, seconds: float) -> tuple[int, float]:
    """Take batches until nothing is due or the time is over; how many tasks, and how long it took."""
    from trellis.journeys.wake import work_once

    began, done = time.perf_counter(), 0
    while time.perf_counter() - began < seconds and (taken := work_once(at=at)):
        done += taken
    return done, time.perf_counter() - began


if __name__ == "__main__":
    import django

    django.setup()
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(work(datetime.fromisoformat(sys.argv[1]), float(sys.argv[2]))), flush=True)
