"""SQLite is told how many rows there are by hand: of each index of a table, or of none."""

import pytest
from django.db import connection

from trellis.core.sqlite.planner import indexes_of, tell_planner, told_lines

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL counts by itself"),
]


def test_nothing_is_told_of_an_index_that_is_not_there() -> None:
    with connection.cursor() as cursor:
        known = indexes_of(cursor)
    assert [(table, called) for table, called, _ in told_lines() if (table, called) not in known] == []


def test_a_table_of_which_something_is_told_is_told_as_a_whole() -> None:
    told = {(table, called) for table, called, _ in told_lines()}
    tables = {table for table, _ in told}
    with connection.cursor() as cursor:
        known = {one for one in indexes_of(cursor) if one[0] in tables}
    assert known - told == set(), "Say in planner.tsv of the room how many rows the index has, and one value finds."


def test_each_line_gives_a_figure_for_every_column() -> None:
    with connection.cursor() as cursor:
        names = indexes_of(cursor)
        for table, called, told in told_lines():
            cursor.execute("SELECT COUNT(*) FROM pragma_index_info(%s)", [names[table, called]])
            rows, *finds = map(int, told.split())
            assert [len(finds)] == list(cursor.fetchone()), called
            assert finds == sorted(finds, reverse=True), called
            assert finds[0] <= rows, called


def test_what_the_planner_found_out_by_itself_is_forgotten() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("UPDATE sqlite_stat1 SET stat = '1 1 1' WHERE idx = 'contact_by_last_heard'")
        tell_planner()
        cursor.execute("SELECT stat FROM sqlite_stat1 WHERE idx = 'contact_by_last_heard'")
        assert cursor.fetchone() == ("1000000 1 1",)
