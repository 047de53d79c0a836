"""When SQLite's log is put into its file: at the end of whichever commit comes next, once it has grown (`settings`)."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections

# Half of what other connections wait for: whoever does long work puts the log into the file before anybody else must.
EARLY_PAGES = 4000


@contextmanager
def log_left_alone(using: str = "default") -> Iterator[None]:
    """Within, commits of this connection leave the log as it is.

    Putting it into the file takes as long as a step of long work itself, and a transaction that does so lets the next
    writer in only afterwards. A small write of its own that follows is no transaction, so nobody waits for it.
    """
    if connections[using].vendor != "sqlite":
        yield
        return
    with connections[using].cursor() as cursor:
        cursor.execute("PRAGMA wal_autocheckpoint = 0")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA wal_autocheckpoint = {EARLY_PAGES}")
