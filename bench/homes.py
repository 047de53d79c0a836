"""Where measured databases live: one pristine for each size, kept for the next time, and a copy that is worn out."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg.sql import SQL, Identifier

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / "var" / "bench"
# What decides what a filled database looks like.
FILLS = ("bulk", "business", "indexes", "moment", "records", "tables", "town", "walks")
SOURCES = (
    *(f"bench/{name}.py" for name in FILLS),
    "trellis/*/migrations/*.py",
    "trellis/steps/*/migrations/*.py",
    "trellis/journeys/guards.py",
)


def fingerprint() -> str:
    """Changes when a pristine database would come out differently."""
    paths = sorted(path for pattern in SOURCES for path in ROOT.glob(pattern))
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:8]


class Home(Protocol):
    """Keeps the databases of one kind."""

    title: str

    def has(self, name: str) -> bool: ...

    def make(self, name: str) -> None:
        """An empty database; one of that name goes first."""
        ...

    def copy(self, name: str, to: str) -> None: ...

    def rename(self, name: str, to: str) -> None: ...

    def drop(self, name: str) -> None: ...

    def url(self, name: str) -> str: ...

    def names(self) -> Iterator[str]: ...


class SqliteHome:
    """Files below var/bench."""

    title = "SQLite"

    def __init__(self) -> None:
        HOME.mkdir(parents=True, exist_ok=True)

    def has(self, name: str) -> bool:
        return self._path(name).exists()

    def make(self, name: str) -> None:
        self.drop(name)

    def copy(self, name: str, to: str) -> None:
        self.drop(to)
        shutil.copyfile(self._path(name), self._path(to))

    def rename(self, name: str, to: str) -> None:
        self._path(name).rename(self._path(to))
        self.drop(name)

    def drop(self, name: str) -> None:
        for path in HOME.glob(f"{name}.sqlite3*"):
            path.unlink()

    def url(self, name: str) -> str:
        return f"sqlite:///{self._path(name)}"

    def names(self) -> Iterator[str]:
        return (path.stem for path in HOME.glob("*.sqlite3"))

    def _path(self, name: str) -> Path:
        return HOME / f"{name}.sqlite3"


class PostgresHome:
    """Databases of the server that the given address leads to. The address's own database is only asked."""

    title = "PostgreSQL"

    def __init__(self, url: str) -> None:
        self.server = url

    def has(self, name: str) -> bool:
        return name in self.names()

    def make(self, name: str) -> None:
        self.drop(name)
        self._tell("CREATE DATABASE {}", name)

    def copy(self, name: str, to: str) -> None:
        self.drop(to)
        self._tell("CREATE DATABASE {} TEMPLATE {}", to, name)

    def rename(self, name: str, to: str) -> None:
        self._tell("ALTER DATABASE {} RENAME TO {}", name, to)

    def drop(self, name: str) -> None:
        self._tell("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def url(self, name: str) -> str:
        return urlunsplit(urlsplit(self.server)._replace(path=f"/{name}"))

    def names(self) -> Iterator[str]:
        with psycopg.connect(self.server) as connection:
            rows = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'trellis\\_bench%'")
            return iter([name for (name,) in rows])

    def _tell(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(SQL(statement).format(*map(Identifier, names)))


def home_of(url: str) -> Home:
    return SqliteHome() if url == "sqlite" else PostgresHome(url)


def clear(homes: list[Home]) -> None:
    """Remove everything that was kept."""
    for home in homes:
        for name in home.names():
            home.drop(name)
    with suppress(FileNotFoundError):
        shutil.rmtree(HOME)
