"""What SQLite's planner is told of the rows: the figures of one big business, the same on every machine.

Left to itself it samples them: four hundred rows of each index, and the size of a table guessed from the shape of its
tree. At a million contacts that made some pages a hundred times slower than others that look the same, and not always
the same ones. A room says its own in `planner.tsv`; where it says nothing, SQLite takes an index for a good one.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connections, transaction

FILE = "planner.tsv"
# Of an index that SQLite made for a rule of uniqueness, the columns are said: its name is a number.
MADE = "sqlite_autoindex_"


def tell_planner(*, using: str = "default", **_: Any) -> None:
    """Replace what it knows. After every migration: connections read it when they open."""
    if connections[using].vendor != "sqlite":
        return
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        # Makes the table that keeps it, where there is none.
        cursor.execute("ANALYZE sqlite_schema")
        cursor.execute("DELETE FROM sqlite_stat1")
        known = indexes_of(cursor)
        for table, called, figures in told_lines():
            if index := known.get((table, called)):
                cursor.execute("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (%s, %s, %s)", [table, index, figures])
        cursor.execute("ANALYZE sqlite_schema")


def told_lines() -> Iterator[tuple[str, str, str]]:
    """Table, what its index is called, and its figures: rows, then how many one value of each further column finds."""
    for app in apps.get_app_configs():
        path = Path(app.path, FILE)
        if path.exists():
            for line in path.read_text().splitlines()[1:]:
                table, called, figures = line.split("\t")
                yield f"{app.label}_{table}", called, figures


def indexes_of(cursor: Any) -> dict[tuple[str, str], str]:
    """The names of all indexes, by their table and by what they are called in the file."""
    cursor.execute(
        "SELECT tables.name, indexes.name, group_concat(columns.name, ', ') FROM sqlite_master AS tables "
        "JOIN pragma_index_list(tables.name) AS indexes LEFT JOIN pragma_index_info(indexes.name) AS columns "
        "WHERE tables.type = 'table' GROUP BY 1, 2"
    )
    rows = cursor.fetchall()
    return {(table, f"({columns})" if index.startswith(MADE) else index): index for table, index, columns in rows}
