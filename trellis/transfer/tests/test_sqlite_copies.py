"""A SQLite database is copied as it was at one moment, however much is written meanwhile, and looked through."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from trellis.core.refusal import Refused
from trellis.transfer.sqlite_store import STEP, SqliteStore

ROWS = 3 * STEP


@pytest.fixture
def letters(tmp_path: Path) -> SqliteStore:
    """Six thousand letters of a page each, in the journal mode of an installation."""
    path = tmp_path / "letters.sqlite3"
    with closing(sqlite3.connect(path)) as opened:
        opened.execute("PRAGMA journal_mode=WAL")
        opened.execute("CREATE TABLE letter (id INTEGER PRIMARY KEY, words TEXT, answers REFERENCES letter)")
        opened.executemany("INSERT INTO letter (words) VALUES (?)", (("x" * 3_900,) for _ in range(ROWS)))
        opened.commit()
    return SqliteStore(path)


def count(path: Path) -> int:
    with closing(sqlite3.connect(path)) as opened:
        (found,) = opened.execute("SELECT count(*) FROM letter").fetchone()
        return int(found)


def test_what_is_written_meanwhile_is_not_in_it_and_does_not_make_it_begin_again(
    letters: SqliteStore, tmp_path: Path
) -> None:
    told: list[tuple[int, int]] = []
    with closing(sqlite3.connect(letters.path, isolation_level=None)) as beside:

        def write(done: int, whole: int) -> None:
            told.append((done, whole))
            beside.execute("INSERT INTO letter (words) VALUES ('another one')")

        letters.copy(tmp_path / "copy", write)
    assert count(tmp_path / "copy") == ROWS
    assert count(letters.path) == ROWS + len(told)
    assert len(told) > 2
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]
    letters.check(tmp_path / "copy")


def test_what_is_not_whole_is_no_copy(letters: SqliteStore, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    letters.copy(copy, lambda done, whole: None)
    body = bytearray(copy.read_bytes())
    body[4096 * 100 : 4096 * 101] = b"\xff" * 4096
    copy.write_bytes(body)
    with pytest.raises(Refused, match="The database is not whole"):
        letters.check(copy)
    copy.write_text("these are no pages")
    with pytest.raises(Refused, match="The database is not whole"):
        letters.check(copy)


def test_a_row_that_names_one_that_is_gone_is_told(letters: SqliteStore) -> None:
    with closing(sqlite3.connect(letters.path)) as opened:
        opened.execute("UPDATE letter SET answers = 1000000 WHERE id = 1")
        opened.commit()
    with pytest.raises(Refused, match="letter names a row that is gone"):
        letters.check(letters.path)


def test_a_database_is_in_use_while_somebody_has_it_open(letters: SqliteStore) -> None:
    with closing(sqlite3.connect(letters.path)) as somebody:
        somebody.execute("SELECT count(*) FROM letter").fetchone()
        with pytest.raises(Refused, match="Stop it, and restore again"):
            letters.refuse_while_open()
    letters.refuse_while_open()


def test_a_file_that_is_no_database_is_somebodys(tmp_path: Path) -> None:
    place = SqliteStore(tmp_path / "letters")
    assert not place.is_used()
    place.path.write_text("Dear Maya, thank you for the roof. " * 100)
    assert place.is_used()
    with pytest.raises(Refused, match="There is no database"):
        SqliteStore(tmp_path / "none").copy(tmp_path / "copy", lambda done, whole: None)
