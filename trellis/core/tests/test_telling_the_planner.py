"""SQLite is told how many rows there are by hand: of each index of a table, or of none."""

import pytest
from django.db import connection

from trellis.core.sqlite.planner import indexes_of, tell_planner, told_lines

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, str, str]]:
    """Nothing on PostgreSQL, which counts by itself."""
    return list(told_lines()) if connection.vendor == "sqlite" else []


def known() -> dict[tuple[str, str], str]:
    if connection.vendor != "sqlite":
        return {}
    with connection.cursor() as cursor:
        return indexes_of(cursor)


def test_nothing_is_told_of_an_index_that_is_not_there() -> None:
    there = known()
    assert [(table, called) for table, called, _ in told() if (table, called) not in there] == []


def test_a_table_of_which_something_is_told_is_told_as_a_whole() -> None:
    lines = {(table, called) for table, called, _ in told()}
    tables = {table for table, _ in lines}
    missing = {one for one in known() if one[0] in tables} - lines
    assert missing == set(), "Say in planner.tsv of the room how many rows the index has, and one value finds."


def test_each_line_gives_a_figure_for_every_column() -> None:
    names = known()
    with connection.cursor() as cursor:
        for table, called, figures in told():
            cursor.execute("SELECT COUNT(*) FROM pragma_index_info(%s)", [names[table, called]])
            rows, *finds = map(int, figures.split())
            assert [len(finds)] == list(cursor.fetchone()), called
            assert finds == sorted(finds, reverse=True), called
            assert finds[0] <= rows, called


def test_what_the_planner_found_out_by_itself_is_forgotten() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        tell_planner()
        if connection.vendor == "sqlite":
            cursor.execute("SELECT stat FROM sqlite_stat1 WHERE idx = 'contact_by_last_heard'")
            assert cursor.fetchone() == ("1000000 1 1",)
