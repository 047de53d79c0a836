"""The supervisor keeps its children running, and leaves nobody behind: real processes, real signals."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Its child writes its pid and that of a grandchild, then does what the test asks for.
SUPERVISOR = """
import os, subprocess, sys, time
from trellis.config import lifeline, supervisor

pids, does, ignore = sys.argv[1:]
supervisor.GRACE = 1.0

def child():
    grandchild = subprocess.Popen(
        [sys.executable, "-c", ignore + "print(flush=True); import time; time.sleep(60)"], stdout=subprocess.PIPE
    )
    grandchild.stdout.readline()
    with open(pids, "a") as file:
        file.write(f"{os.getpid()} {grandchild.pid}\\n")
    lifeline.hold_on()
    eval(does)

supervisor.Supervisor({"the child": child}).run()
"""
STAYS = ("time.sleep(60)", "")
STUBBORN = "import signal; signal.signal(15, signal.SIG_IGN);"
STAYS_STUBBORNLY = ("time.sleep(60)", STUBBORN)
DIES = ("sys.exit(3)", STUBBORN)

Start = Callable[[tuple[str, str]], subprocess.Popen[str]]


@pytest.fixture
def pids(tmp_path: Path) -> Path:
    return tmp_path / "pids"


@pytest.fixture
def supervise(pids: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def start(child: tuple[str, str]) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", SUPERVISOR, str(pids), *child]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()
    for number in families(pids, 0):
        if is_running(number):
            os.kill(number, signal.SIGKILL)


def families(pids: Path, count: int) -> list[int]:
    """Pids of children and grandchildren, once that many children have told theirs."""
    wait_until(lambda: len(told(pids)) >= count)
    return [int(number) for line in told(pids) for number in line.split()]


def told(pids: Path) -> list[str]:
    return pids.read_text().splitlines() if pids.exists() else []


def is_running(number: int) -> bool:
    status = Path(f"/proc/{number}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def wait_until(happened: Callable[[], bool], patience: float = 60) -> None:
    deadline = time.monotonic() + patience
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def test_a_child_that_dies_is_started_again_and_what_it_left_is_killed_first(pids: Path, supervise: Start) -> None:
    process = supervise(DIES)
    first, left_behind, *_ = families(pids, 2)
    assert not is_running(first)
    assert not is_running(left_behind)
    process.terminate()
    assert "the child ended (status 3); starting it again in 0.5 s" in process.communicate()[0]


def test_a_killed_child_is_started_again(pids: Path, supervise: Start) -> None:
    supervise(STAYS)
    os.kill(families(pids, 1)[0], signal.SIGKILL)
    assert is_running(families(pids, 2)[2])


def test_a_child_that_keeps_dying_is_started_less_and_less_often(pids: Path, supervise: Start) -> None:
    process = supervise(DIES)
    families(pids, 3)
    process.terminate()
    said = process.communicate()[0]
    assert "again in 0.5 s" in said
    assert "again in 1 s" in said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_stopping_takes_everyone_along_even_who_ignores_it(pids: Path, supervise: Start, number: int) -> None:
    process = supervise(STAYS_STUBBORNLY)
    everyone = families(pids, 1)
    process.send_signal(number)
    assert process.wait(10) == 0
    wait_until(lambda: not any(map(is_running, everyone)))


def test_nobody_outlives_a_killed_supervisor(pids: Path, supervise: Start) -> None:
    process = supervise(STAYS)
    everyone = families(pids, 1)
    process.kill()
    wait_until(lambda: not any(map(is_running, everyone)))
