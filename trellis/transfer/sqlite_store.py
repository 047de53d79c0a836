"""SQLite: copied by its own online backup within one snapshot, put in place by renaming files."""

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from trellis.core.refusal import Refused
from trellis.transfer.archive import Progress
from trellis.transfer.auditing import audit_of

# So many pages at a time: what is written meanwhile waits for none of them.
STEP = 2_000
BESIDE = ("-wal", "-shm")


class SqliteStore:
    part = "database.sqlite3"

    def __init__(self, path: Path) -> None:
        self.path = path

    def copy(self, to: Path, progress: Progress) -> None:
        if not self.path.exists():
            raise Refused("no_database", f"There is no database at {self.path} yet.")
        with closing(sqlite3.connect(self.path)) as source, closing(sqlite3.connect(to)) as target:
            # The snapshot is held from here on, so that a write beside it does not make the copy begin again.
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(target, pages=STEP, progress=lambda _, left, whole: progress(whole - left, whole))
            source.rollback()
            target.execute("PRAGMA journal_mode=DELETE")

    def check(self, copy: Path) -> None:
        with closing(sqlite3.connect(copy)) as opened:
            try:
                (said,) = opened.execute("PRAGMA integrity_check(1)").fetchone()
                lost = opened.execute("PRAGMA foreign_key_check").fetchone()
            except sqlite3.DatabaseError as error:
                said, lost = str(error), None
        if said != "ok":
            raise Refused("damaged", f"The database is not whole: {said}.")
        if lost:
            raise Refused("damaged", f"The database is not whole: {lost[0]} names a row that is gone.")

    def audit(self, copy: Path) -> dict[str, Any]:
        return audit_of(f"sqlite:///{copy}")

    def is_used(self) -> bool:
        """Nothing is lost of a database without people. A file that is no database is somebody's too."""
        if not self.path.exists():
            return False
        with closing(sqlite3.connect(self.path)) as opened:
            for question in ("SELECT count(*) FROM team_user", "SELECT count(*) FROM sqlite_master"):
                with suppress(sqlite3.DatabaseError):
                    return bool(opened.execute(question).fetchone()[0])
        return True

    def refuse_while_open(self) -> None:
        """Only whoever is alone with it may take it out of its journal."""
        if not self.path.exists():
            return
        with closing(sqlite3.connect(self.path, timeout=0.5)) as opened:
            try:
                opened.execute("PRAGMA journal_mode=DELETE")
            except sqlite3.OperationalError:
                raise Refused("in_use", "Trellis is running on this database. Stop it, and restore again.") from None

    def replace(self, copy: Path, at: datetime) -> str:
        """What was there stays beside it, under this time. The copy may come from another disk: it is there first."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = shutil.move(copy, self.path.with_name(f"{self.path.name}.restored"))
        kept = ""
        if self.path.exists():
            aside = self.path.with_name(f"{self.path.name}.before-{at:%Y%m%d-%H%M%S}")
            self.path.rename(aside)
            kept = f"What was there is kept as {aside}."
        for end in BESIDE:
            Path(f"{self.path}{end}").unlink(missing_ok=True)
        os.replace(beside, self.path)
        return kept
