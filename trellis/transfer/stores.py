"""Copying a whole database while it is written to, and putting one in its place: SQLite and PostgreSQL, one door."""

import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import psycopg
from django.conf import settings

from trellis.transfer.archive import Progress
from trellis.transfer.postgres_store import PostgresStore
from trellis.transfer.sqlite_store import SqliteStore

# What the machine itself may refuse: a full disk, a database that does not answer.
FAULTS = (OSError, sqlite3.Error, psycopg.Error)


class Store(Protocol):
    """`part` is the name of the copy in an archive, which also says for which kind of database it is."""

    part: str

    def copy(self, to: Path, progress: Progress) -> None:
        """One moment of it, whatever is written meanwhile. Raises Refused."""
        ...

    def check(self, copy: Path) -> None:
        """Read it from end to end. Raises Refused where it is not whole."""
        ...

    def audit(self, copy: Path) -> dict[str, Any]:
        """What `trellis audit` counts in a copy; nothing where that cannot be asked of it."""
        ...

    def is_used(self) -> bool:
        """Whether something is in it that a restore would put away."""
        ...

    def refuse_while_open(self) -> None:
        """Raises Refused while anybody else works in it."""
        ...

    def replace(self, copy: Path, at: datetime) -> str:
        """Put the copy in its place; where what was there is kept, in a sentence, or nothing."""
        ...


def store() -> Store:
    """That of the database of this installation."""
    told: dict[str, Any] = settings.DATABASES["default"]
    return SqliteStore(Path(told["NAME"])) if "sqlite" in told["ENGINE"] else PostgresStore(told)
