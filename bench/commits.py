"""The bare rate: transactions that insert one row into a table of their own. What no database work can beat."""

import threading
import time
from collections.abc import Iterator

from django.db import connection, transaction

from bench.figures import Figure

SECONDS = 3.0
CLIENTS = 8


def measure(seconds: float = SECONDS) -> Iterator[Figure]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_row (id bigint, text varchar(40))")
    yield Figure("commit.one", rate(1, seconds))
    yield Figure("commit.eight", rate(CLIENTS, seconds))
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_row")


def rate(clients: int, seconds: float) -> float:
    """Commits a second of so many threads, each with a connection of its own."""
    counts: list[int] = []
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=commit_until, args=[until, counts]) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def commit_until(until: float, counts: list[int]) -> None:
    done = 0
    while time.monotonic() < until:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO bench_row VALUES (%s, %s)", [done, "one row"])
        done += 1
    counts.append(done)
    connection.close()
