"""Writers on SQLite get the database in the order they asked for it, and nobody keeps it after their transaction."""

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connections, transaction

from trellis.core.sqlite.base import DatabaseWrapper
from trellis.core.sqlite.log import log_left_alone
from trellis.core.sqlite.turnstile import Queue, Turnstile

# Goes through without pause, and writes down how often.
ANOTHER_PROCESS = """
import itertools, sys
from trellis.core.sqlite.turnstile import Turnstile
turnstile = Turnstile(sys.argv[1])
with open(sys.argv[1], "wb", buffering=0) as file:
    for count in itertools.count():
        turnstile.enter(30)
        file.seek(0)
        file.write(count.to_bytes(8))
        if count == 0:
            print("inside", flush=True)
        sum(range(10_000))
        turnstile.leave()
"""


@pytest.fixture
def file(tmp_path: Path, django_db_blocker: Any) -> Iterator[Path]:
    """A database file that this thread reaches as `connections["shop"]`, and another one after `connect`."""
    with django_db_blocker.unblock():
        with connect(tmp_path / "shop.sqlite3").cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute(
                "CREATE TABLE shelf (id integer PRIMARY KEY, below integer"
                " REFERENCES shelf DEFERRABLE INITIALLY DEFERRED)"
            )
        yield tmp_path / "shop.sqlite3"
        connections["shop"].close()
        del connections["shop"]


def connect(file: Path) -> DatabaseWrapper:
    settings = connections["default"].settings_dict | {
        "ENGINE": "trellis.core.sqlite",
        "NAME": str(file),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 0.3},
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": False,
    }
    connections["shop"] = DatabaseWrapper(settings, "shop")
    return connections["shop"]  # type: ignore[return-value]  # the one just put there


def in_a_thread(file: Path, act: Callable[[], object]) -> list[BaseException]:
    """Do it on a connection of another thread; give back what it raised."""
    raised: list[BaseException] = []

    def run() -> None:
        connection = connect(file)
        try:
            act()
        except OperationalError as error:
            raised.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return raised


def write(below: int | None = None) -> None:
    with transaction.atomic(using="shop"), connections["shop"].cursor() as cursor:
        cursor.execute("INSERT INTO shelf (below) VALUES (%s)", [below])


def test_threads_get_their_turn_in_the_order_they_asked() -> None:
    queue, order = Queue(), list[int]()
    assert queue.enter(1)

    def wait(number: int) -> None:
        queue.enter(10)
        order.append(number)
        queue.leave()

    threads = [threading.Thread(target=wait, args=[number]) for number in range(20)]
    for count, thread in enumerate(threads, start=1):
        thread.start()
        while len(queue._waiting) < count:
            time.sleep(0.001)
    queue.leave()
    for thread in threads:
        thread.join()
    assert order == list(range(20))


def test_who_runs_out_of_patience_leaves_the_queue_in_order() -> None:
    queue = Queue()
    assert queue.enter(1)
    assert not queue.enter(0.01)
    queue.leave()
    assert queue.enter(0.01)


def test_a_process_that_writes_without_pause_lets_the_others_in(tmp_path: Path) -> None:
    path = tmp_path / "shop.sqlite3"
    with another_process(path) as greedy:
        turnstile = Turnstile(str(path))
        passed = sorted(_passed_while_waiting(turnstile, path) for _ in range(50))
        greedy.kill()
    # It is inside when we come, and may have queued before us; more only where this process slept in between.
    assert passed[25] <= 2


def _passed_while_waiting(turnstile: Turnstile, path: Path) -> int:
    before = int.from_bytes(path.read_bytes())
    turnstile.enter(30)
    after = int.from_bytes(path.read_bytes())
    turnstile.leave()
    return after - before


def another_process(path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", ANOTHER_PROCESS, path], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "inside\n"
    return process


def test_a_process_killed_in_a_transaction_holds_nobody_up(tmp_path: Path) -> None:
    path = tmp_path / "shop.sqlite3"
    with another_process(path) as other:
        other.kill()
    start = time.monotonic()
    assert Turnstile(str(path)).enter(30)
    assert time.monotonic() - start < 1


def test_a_second_writer_waits_and_says_so_when_it_takes_too_long(file: Path) -> None:
    with transaction.atomic(using="shop"):
        raised = in_a_thread(file, write)
    assert "database is locked" in str(raised[0])
    assert in_a_thread(file, write) == []


def test_a_failed_transaction_lets_the_next_one_in(file: Path) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic(using="shop"):
        raise ZeroDivisionError
    assert in_a_thread(file, write) == []


def test_a_commit_that_a_constraint_refuses_lets_the_next_one_in(file: Path) -> None:
    with pytest.raises(IntegrityError):
        write(below=999)
    assert in_a_thread(file, write) == []


def test_a_connection_closed_in_a_transaction_lets_the_next_one_in(file: Path) -> None:
    with transaction.atomic(using="shop"):
        connections["shop"].close()
        assert in_a_thread(file, write) == []


def test_another_program_holding_the_file_is_waited_for_and_reported(file: Path) -> None:
    with sqlite3.connect(file, isolation_level=None) as stranger:
        stranger.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="database is locked"):
            write()
        stranger.execute("ROLLBACK")
    stranger.close()
    assert in_a_thread(file, write) == []


def test_many_threads_write_and_nothing_is_lost(file: Path) -> None:
    def write_ten() -> None:
        for _ in range(10):
            write()

    threads = [threading.Thread(target=in_a_thread, args=[file, write_ten]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with connections["shop"].cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM shelf").fetchone() == (80,)


def test_a_connection_knows_json_though_somebody_else_writes(file: Path) -> None:
    with closing(sqlite3.connect(file)) as writing:
        writing.execute("BEGIN IMMEDIATE")
        assert connect(file).features.has_json_object_function


def test_long_work_leaves_its_log_to_the_small_write_that_follows(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trellis.core.sqlite.log.EARLY_PAGES", 1)
    with connections["shop"].cursor() as cursor:
        cursor.execute("PRAGMA wal_autocheckpoint = 1")
        cursor.execute("CREATE TABLE box (held blob)")
        before = file.stat().st_size
        with log_left_alone("shop"), transaction.atomic("shop"):
            cursor.execute("INSERT INTO box VALUES (zeroblob(1000000))")
        assert file.stat().st_size == before
        cursor.execute("INSERT INTO box VALUES (zeroblob(1))")
        assert file.stat().st_size > before + 900_000
