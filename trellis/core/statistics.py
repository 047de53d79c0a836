"""What the planner of queries must know about the data: how many rows a value finds, by index."""

from django.db import connection, transaction

# Rows looked at for each index: enough to tell a choice index from a poor one, and done in milliseconds.
ROWS = 400


def gather_statistics() -> None:
    """Anew from a sample. PostgreSQL gathers them by itself; SQLite plans in the dark until it is told to.

    Table by table: each holds the database for some milliseconds, all of them together for a third of a second.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA analysis_limit = {ROWS}")
        cursor.execute("SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'index'")
        for (table,) in cursor.fetchall():
            with transaction.atomic():
                cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")
