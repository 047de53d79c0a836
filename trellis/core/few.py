"""What a question finds where that is little: of too much nothing is read but that it is too much."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet, Value

from trellis.core.among import Id


def ids_if_few(ids: QuerySet[Any, Any], *, most: int) -> list[Id] | None:
    """The ids that a queryset of one column finds along an index, as text, for `Among`; None of more than `most`.

    One query, in no order. They are counted before any is read: an index can do that alone.
    """
    rows = ids.order_by()
    try:
        sql, given = rows.query.sql_with_params()
        ones, given_ones = rows.values_list(Value(1))[: most + 1].query.sql_with_params()
    except EmptyResultSet:
        return []
    return _read(
        f"WITH counted (size) AS MATERIALIZED (SELECT COUNT(*) FROM ({ones}) AS ones), "
        f"few (id) AS ({sql} LIMIT (SELECT CASE WHEN size <= {int(most)} THEN size ELSE 0 END FROM counted)) "
        "SELECT size, NULL FROM counted UNION ALL SELECT NULL, CAST(id AS text) FROM few",
        (*given_ones, *given),
        most,
    )


def found_if_few(sql: str, given: Sequence[Any], *, most: int) -> list[Id] | None:
    """The same of a SELECT that takes long: it is asked once. It is limited to one more than `most`."""
    return _read(
        f"WITH few (id) AS MATERIALIZED ({sql}), counted (size) AS MATERIALIZED (SELECT COUNT(*) FROM few) "
        "SELECT size, NULL FROM counted UNION ALL "
        f"SELECT NULL, CAST(id AS text) FROM few WHERE (SELECT size FROM counted) <= {int(most)}",
        given,
        most,
    )


def first_of(rows: QuerySet[Any, Any], *, most: int) -> tuple[list[tuple[Any, ...]], int]:
    """The first of few rows that are in order, as their `values_list` has them, and how many they all are. One query.

    They are gathered before any is left out: for the first ones alone PostgreSQL would go along the order of everybody.
    What is gathered so is read in the order in which it was, by either database.
    """
    compiler = rows.query.get_compiler(connection=connection)
    try:
        sql, given = compiler.as_sql()
    except EmptyResultSet:
        return [], 0
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH found AS MATERIALIZED ({sql}) SELECT *, (SELECT COUNT(*) FROM found) FROM found LIMIT {int(most)}",
            given,
        )
        found = [tuple(row) for row in compiler.results_iter([cursor.fetchall()])]
    return [row[:-1] for row in found], found[0][-1] if found else 0


def _read(sql: str, given: Sequence[Any], most: int) -> list[Id] | None:
    """Of rows of a size and an id, of which one has the size and the others have the ids."""
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        rows = cursor.fetchall()
    (size,) = (size for size, _ in rows if size is not None)
    return [one for _, one in rows if one is not None] if size <= most else None
