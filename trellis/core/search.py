"""Finding text by any part of it, as fast with a million rows as with ten: by trigrams, as each database keeps them.

SQLite keeps them in an FTS5 table. Triggers write down what is new, `settle` puts it into the index now and then, and
both are searched. The triggers go when their table is remade and come back after every migrate.
PostgreSQL keeps them in GIN indexes, by its extension pg_trgm; without the right to install it, it reads every row.
"""

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import Error, connection, transaction

from trellis.core.among import Id
from trellis.core.few import found_if_few
from trellis.core.text import PLAIN_LETTERS

SHORTEST = 3
# So many texts are looked at for each of many ways to have the words.
FEW = 40
# Parts that stand in a text together; one way or another.
Ways = Sequence[Sequence[str]]
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Source:
    """A column that is searched, and the column that says whose text it is.

    `is_address` is where dots and at signs belong: what has any is looked for here first. `name` is in the names of
    what the database keeps for it: one for each source of an index.
    """

    table: str
    column: str
    owner: str
    is_address: bool = False
    name: str = ""

    @property
    def key(self) -> str:
        return self.name or self.table


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

    def is_missing(self) -> bool:
        """Whether the database does not keep it yet, though it could."""
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                return self.name not in connection.introspection.table_names(cursor)
            cursor.execute("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')")
            can_be = cursor.fetchone() == (True,)
            cursor.execute("SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()")
            kept = {name for (name,) in cursor.fetchall()}
        return can_be and any(self._on(source) not in kept for source in self.sources)

    def owners_with(self, parts: Sequence[str], *, most: int) -> list[UUID]:
        """Whose text may hold all parts (folded, of three characters or more; a space before one starts a word).

        One query, the newest owners first: of all, on either database, where no more than `most` have the parts.
        A part with %, _ or \\ in it finds more than it says: look again.
        """
        return self.owners_near([parts], most=most)

    def owners_near(self, ways: Ways, *, most: int) -> list[UUID]:
        """Whose text may hold all parts of any of these ways. One query; of many ways some that each of them finds."""
        ways = [parts for parts in ways if parts and all(_longest_run(part) >= SHORTEST for part in parts)]
        if not ways:
            return []
        sql, given = (self._on_postgresql_asked if connection.vendor == "postgresql" else self._asked)(ways, int(most))
        with _by_index(len(ways)), connection.cursor() as cursor:
            cursor.execute(f"{sql} LIMIT {int(most)}", given)
            return list(dict.fromkeys(_as_id(owner) for (owner,) in cursor.fetchall()))

    def owners_if_few(self, part: str, *, most: int, table: str = "") -> list[Id] | None:
        """Everybody whose text may hold the part (folded): at most so many, None where there are more.

        Of the texts of one table, if it is named; whoever has it in another may be found as well. None for a part that
        is too short to be looked for. One query, in no order. As text, for `Among`.
        """
        if _longest_run(part) < SHORTEST:
            return None
        found = self._places(table) if connection.vendor == "postgresql" else self._tables()
        asked = [
            f"SELECT owner FROM (SELECT {owner} AS owner FROM {table} WHERE {text} LIKE %s LIMIT {most + 1}) AS theirs"
            for table, text, owner in found
        ]
        owners = found_if_few(" UNION ALL ".join(asked), [f"%{part}%"] * len(asked), most=most)
        return None if owners is None else list(set(owners))

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

    def _tables(self) -> list[tuple[str, str, str]]:
        """On SQLite: where texts are looked for, their column, and that of the owner."""
        return [(table, "text", "owner") for table in (f"{self.name}_new", self.name)]

    def _places(self, table: str) -> list[tuple[str, str, str]]:
        """The same on PostgreSQL."""
        sources = [source for source in self.sources if table in ("", source.table)]
        return [(source.table, _folded(source), source.owner) for source in sources]

    def _on_postgresql_asked(self, ways: Ways, most: int) -> tuple[str, list[str]]:
        """One question for each column and way: the next is only asked where those before have found too few.

        Not with OR: every row that one way finds would be held against all of them, and folding costs the most.
        """
        looks_so = any(not mark.isalnum() and mark != " " for parts in ways for part in parts for mark in part)
        sources = sorted(self.sources, key=lambda one: one.is_address != looks_so)
        few = most if len(ways) == 1 else FEW
        asked = [
            f"(SELECT owner FROM (SELECT {one.owner} AS owner FROM {one.table} WHERE {_all(_folded(one), parts)} "
            f"LIMIT {few}) AS found ORDER BY owner DESC)"
            for one in sources
            for parts in ways
        ]
        return " UNION ALL ".join(asked), _likes(ways) * len(sources)

    def _asked(self, ways: Ways, most: int) -> tuple[str, list[str]]:
        """On SQLite: of what waits and of what is in the index, the newest first, of all where there is one way.

        One way is asked by LIKE, which looks again; several would read every row so, and are asked by their trigrams,
        each on its own: what many texts have would leave no room for what few have.
        """
        waits = " OR ".join(_all("text", parts) for parts in ways)
        if len(ways) == 1:
            theirs = _newest(f"{self.name}_new", waits, most), _newest(self.name, waits, most)
            return f"SELECT DISTINCT owner FROM ({' UNION ALL '.join(theirs)}) ORDER BY owner DESC", _likes(ways) * 2
        asked = [
            _newest(f"{self.name}_new", waits, most),
            *[_newest(self.name, f"{self.name} MATCH %s", FEW)] * len(ways),
        ]
        return " UNION ALL ".join(asked), [*_likes(ways), *map(_trigrams, ways)]

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
        table, key, column, owner = source.table, source.key, source.column, source.owner
        text, old = _plain_text(f"NEW.{column}"), _plain_text(f"OLD.{column}")
        write = f"INSERT INTO {self.name}_new (text, owner) SELECT {text}, NEW.{owner} WHERE NEW.{column} <> '';"
        gone = f"WHERE OLD.{column} <> '' AND text LIKE {old} AND text = {old} AND owner = OLD.{owner} LIMIT 1"
        # One row, wherever it is by now: somebody may have another text that reads the same.
        strike = (
            f"DELETE FROM {self.name}_new WHERE id = (SELECT id FROM {self.name}_new {gone}); "
            f"DELETE FROM {self.name} WHERE changes() = 0 AND rowid = (SELECT rowid FROM {self.name} {gone});"
        )
        # Whoever it belongs to may change as well: an address goes over when two people are merged.
        changed = f"NEW.{column} <> OLD.{column} OR NEW.{owner} <> OLD.{owner}"
        acts = {
            "added": f"AFTER INSERT ON {table} BEGIN {write} END",
            "removed": f"AFTER DELETE ON {table} BEGIN {strike} END",
            "changed": f"AFTER UPDATE OF {column}, {owner} ON {table} WHEN {changed} BEGIN {strike} {write} END",
        }
        return [
            line
            for act, body in acts.items()
            for line in (
                f"DROP TRIGGER IF EXISTS {self.name}_{key}_{act}",
                f"CREATE TRIGGER {self.name}_{key}_{act} {body}",
            )
        ]

    def _on_postgresql(self) -> list[str]:
        if not _has_trigrams():
            return []
        return [
            statement
            for source in self.sources
            for statement in (
                f"DROP INDEX IF EXISTS {self.name}_{source.key}",  # As folded before: slower.
                f"CREATE INDEX IF NOT EXISTS {self._on(source)} ON {source.table} "
                f"USING gin (({_folded(source)}) gin_trgm_ops)",
            )
        ]

    def _on(self, source: Source) -> str:
        return f"{self.name}_{source.key}_folded"


@contextmanager
def _by_index(ways: int) -> Iterator[None]:
    """PostgreSQL takes reading a small table for cheaper than its index, as it does not know what folding costs: for
    many ways it would fold every row as often."""
    if connection.vendor != "postgresql" or ways == 1:
        yield
        return
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        yield


def _all(text: str, parts: Sequence[str]) -> str:
    return f"({' AND '.join([f'{text} LIKE %s'] * len(parts))})"


def _newest(table: str, where: str, most: int) -> str:
    return f"SELECT owner FROM (SELECT owner FROM {table} WHERE {where} ORDER BY rowid DESC LIMIT {most})"


def _likes(ways: Ways) -> list[str]:
    return [f"%{part}%" for parts in ways for part in parts]


def _trigrams(parts: Sequence[str]) -> str:
    """The parts as FTS5 asks for them. They may stand apart in what is found: look again."""
    found = {part[place : place + SHORTEST] for part in parts for place in range(len(part) - SHORTEST + 1)}
    return " AND ".join(sorted(f'"{three.replace('"', '""')}"' for three in found))


def _as_id(owner: Any) -> UUID:
    """SQLite has ids as text."""
    return owner if isinstance(owner, UUID) else UUID(owner)


def _longest_run(part: str) -> int:
    """How many characters stand together that LIKE takes as they are: fewer than three would read every row."""
    return max(map(len, re.split(r"[%_\\]", part)))


def _folded(source: Source) -> str:
    """On PostgreSQL: the column as it is compared, with a space before its first word.

    Most text is ASCII, which takes a fraction of the time: every row that the trigrams find is folded once more.
    """
    letters, plain, text = "".join(PLAIN_LETTERS), "".join(PLAIN_LETTERS.values()), source.column
    return (
        f"' ' || CASE WHEN octet_length({text}) = char_length({text}) THEN lower({text} COLLATE \"C\") "
        f"ELSE lower(translate({text}, '{letters}', '{plain}')) END"
    )


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
