"""How many there are: exactly up to ten thousand, about that many beyond, and never waited for."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

EXACT = 10_000


@dataclass(frozen=True)
class Count:
    """`is_exact` is False where it is an estimate, or at least that many where nothing is known of more."""

    number: int
    is_exact: bool = True
    is_least: bool = False


def count(rows: QuerySet[Any], *, is_narrowed: bool) -> Count:
    """One or two queries. Of everything the database knows the size itself; of a part it looks at 10,001 rows."""
    found = rows.order_by()[: EXACT + 1].count()
    if found <= EXACT:
        return Count(found)
    return Count(EXACT, is_exact=False, is_least=True) if is_narrowed else Count(size_of(rows), is_exact=False)


def size_of(rows: QuerySet[Any]) -> int:
    """About how many rows the table has, as the planner knows it."""
    table = rows.model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [table])
        else:
            # An index is smaller than its table: SQLite counts along it, some milliseconds for a million.
            cursor.execute(f'SELECT COUNT(*) FROM "{table}"')
        (number,) = cursor.fetchone()
    return max(int(number), EXACT)
