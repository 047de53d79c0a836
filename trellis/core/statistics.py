"""What the planner of queries must know about the data: how many rows a value finds, by index."""

from django.db import connection, transaction

# Rows looked at for each index: enough to tell a choice index from a poor one, and done in milliseconds.
ROWS = 400


def gather_statistics() -> None:
    """Anew from a sample. PostgreSQL gathers them by itself; SQLite plans in the dark until it is told to."""
    if connection.vendor != "sqlite":
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"PRAGMA analysis_limit = {ROWS}")
        cursor.execute("ANALYZE")
