"""Finding text by any part of it, as fast with a million rows as with ten: by trigrams, as each database keeps them.

SQLite keeps them in an FTS5 table. Triggers write down what is new, `settle` puts it into the index now and then, and
both are searched. The triggers go when their table is remade and come back after every migrate.
PostgreSQL keeps them in GIN indexes, by its extension pg_trgm; without the right to install it, it reads every row.
"""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import Error, connection, transaction

from trellis.core.text import PLAIN_LETTERS

SHORTEST = 3
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Source:
    """A column that is searched, and the column that says whose text it is.

    `is_address` is where dots and at signs belong: what has any is looked for here first.
    """

    table: str
    column: str
    owner: str
    is_address: bool = False


@dataclass(frozen=True)
class TextIndex:
    """What is searched together. `name` is that of the table on SQLite; on PostgreSQL the indexes' begin so."""

    name: str
    sources: tuple[Source, ...]

    def install(self) -> None:
        """Make it where it is not there yet, filled with what there is. Safe to repeat."""
        with connection.cursor() as cursor:
            for statement in self._on_postgresql() if connection.vendor == "postgresql" else self._on_sqlite():
                cursor.execute(statement)
        while self.settle(enough=1, most=10_000):
            pass

    def owners_with(self, parts: Sequence[str], *, most: int) -> list[UUID]:
        """Whose text may hold all parts (folded, of three characters or more; a space before one starts a word).

        One query, on SQLite the newest first. A part with %, _ or \\ in it finds more than it says: look again.
        """
        if not parts or any(_longest_run(part) < SHORTEST for part in parts):
            return []
        likes = [f"%{part}%" for part in parts]
        asked = self._questions(likes, int(most))
        with connection.cursor() as cursor:
            cursor.execute(f"{' UNION ALL '.join(asked)} LIMIT {int(most)}", likes * len(asked))
            return list(dict.fromkeys(UUID(str(owner)) for (owner,) in cursor.fetchall()))

    def settle(self, *, enough: int = 200, most: int = 1_000) -> int:
        """On SQLite: put what is new into the index, once there is enough of it. How much was put."""
        if connection.vendor != "sqlite":
            return 0
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id FROM {self.name}_new ORDER BY id LIMIT {int(most)}")
            waiting = [id for (id,) in cursor.fetchall()]
        if len(waiting) < enough:
            return 0
        with transaction.atomic(), connection.cursor() as cursor:
            until = f"FROM {self.name}_new WHERE id <= {waiting[-1]}"
            cursor.execute(f"INSERT INTO {self.name} (text, owner) SELECT text, owner {until} ORDER BY id")
            cursor.execute(f"DELETE {until}")
        return len(waiting)

    def _questions(self, likes: Sequence[str], most: int) -> list[str]:
        if connection.vendor == "postgresql":
            looks_so = any(not character.isalnum() and character != " " for like in likes for character in like[1:-1])
            sources = sorted(self.sources, key=lambda one: one.is_address != looks_so)
            return [f"SELECT {one.owner} FROM {one.table} WHERE {_all(_folded(one), likes)}" for one in sources]
        newest = f"WHERE {_all('text', likes)} ORDER BY rowid DESC LIMIT {most}"
        return [f"SELECT owner FROM (SELECT owner FROM {table} {newest})" for table in (f"{self.name}_new", self.name)]

    def _on_sqlite(self) -> list[str]:
        triggers = [trigger for source in self.sources for trigger in self._triggers(source)]
        if self.name in connection.introspection.table_names():
            return triggers
        return [
            f"CREATE TABLE {self.name}_new (id INTEGER PRIMARY KEY, text TEXT NOT NULL, owner TEXT NOT NULL)",
            f"CREATE VIRTUAL TABLE {self.name} "
            "USING fts5(text, owner UNINDEXED, tokenize='trigram', detail='none', columnsize=0)",
            *(
                f"INSERT INTO {self.name} (text, owner) SELECT {_plain_text(source.column)}, {source.owner} "
                f"FROM {source.table} WHERE {source.column} <> ''"
                for source in self.sources
            ),
            *triggers,
        ]

    def _triggers(self, source: Source) -> list[str]:
        """What is new is written down, what is gone is struck out; the old words lead to its row.

        New rows wait in a plain table: a row in the index costs ten times as much as the whole of a contact.
        """
        table, column, owner = source.table, source.column, source.owner
        write = f"INSERT INTO {self.name}_new (text, owner) VALUES ({_plain_text(f'NEW.{column}')}, NEW.{owner});"
        old = _plain_text(f"OLD.{column}")
        gone = f"WHERE text LIKE {old} AND text = {old} AND owner = OLD.{owner};"
        strike = f"DELETE FROM {self.name}_new {gone} DELETE FROM {self.name} {gone}"
        head = "CREATE TRIGGER IF NOT EXISTS"
        return [
            f"{head} {self.name}_{table}_added AFTER INSERT ON {table} WHEN NEW.{column} <> '' BEGIN {write} END",
            f"{head} {self.name}_{table}_removed AFTER DELETE ON {table} WHEN OLD.{column} <> '' BEGIN {strike} END",
            # Whoever it belongs to may change as well: an address goes over when two people are merged.
            f"DROP TRIGGER IF EXISTS {self.name}_{table}_changed",
            f"{head} {self.name}_{table}_changed AFTER UPDATE OF {column}, {owner} ON {table} "
            f"WHEN NEW.{column} <> OLD.{column} OR NEW.{owner} <> OLD.{owner} BEGIN {strike} {write} END",
        ]

    def _on_postgresql(self) -> list[str]:
        if not _has_trigrams():
            return []
        return [
            f"CREATE INDEX IF NOT EXISTS {self.name}_{source.table} ON {source.table} "
            f"USING gin (({_folded(source)}) gin_trgm_ops)"
            for source in self.sources
        ]


def _all(text: str, likes: Sequence[str]) -> str:
    return " AND ".join([f"{text} LIKE %s"] * len(likes))


def _longest_run(part: str) -> int:
    """How many characters stand together that LIKE takes as they are: fewer than three would read every row."""
    return max(map(len, re.split(r"[%_\\]", part)))


def _folded(source: Source) -> str:
    """On PostgreSQL: the column as it is compared, with a space before its first word."""
    letters, plain = "".join(PLAIN_LETTERS), "".join(PLAIN_LETTERS.values())
    return f"' ' || lower(translate({source.column}, '{letters}', '{plain}'))"


def _plain_text(column: str) -> str:
    """The same on SQLite, by the function that our connections bring."""
    return f"' ' || fold({column})"


def _has_trigrams() -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except Error:
        _log.warning("Search reads every row: the database does not let us install its extension pg_trgm.")
        return False
    return True
