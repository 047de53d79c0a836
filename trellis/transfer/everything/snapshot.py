"""Reading everything as it is at one moment, while the business works on."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from trellis.transfer.everything.nouns import Noun

BATCH = 2_000


@contextmanager
def one_moment() -> Iterator[None]:
    """What is read inside is of one moment; nobody waits for it, on either database.

    SQLite: a transaction that only reads, which passes no turnstile. PostgreSQL: REPEATABLE READ, and nothing else.
    Within a transaction that is under way already its moment is as good.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


def count_of(noun: Noun) -> int:
    return noun.model._base_manager.count()


def rows_of(noun: Noun) -> Iterator[list[tuple[Any, ...]]]:
    """All rows in the order of their ids, a batch at a time, each as its fields stand."""
    rows = noun.model._base_manager.order_by("pk").values_list(*(field.attname for field in noun.fields))
    batch = list(rows[:BATCH])
    while batch:
        yield batch
        batch = list(rows.filter(pk__gt=batch[-1][0])[:BATCH]) if len(batch) == BATCH else []
