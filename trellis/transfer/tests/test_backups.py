"""One file for all of an installation: made while it is written to, proven, and brought back exactly."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from psycopg.sql import SQL, Identifier

from trellis.transfer.postgres_store import PostgresStore

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
OPEN_RIDGELINE = "import django; django.setup(); from tests.cast import open_ridgeline; open_ridgeline().lead()"


@dataclass
class Installation:
    """A data folder and a database of their own, on the kind of database that the suite runs on."""

    data: Path
    url: str

    @property
    def environment(self) -> dict[str, str]:
        ours = {"TRELLIS_DATA": str(self.data), "DATABASE_URL": self.url, "TRELLIS_SECRET_KEY": ""}
        return os.environ | ours | {"DJANGO_SETTINGS_MODULE": "trellis.config.settings"}

    def run(self, *words: str, status: int = 0) -> str:
        """A command of its own; what it says, errors first."""
        done = subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == status, done.stderr + done.stdout
        return done.stderr + done.stdout

    def trellis(self, *words: str, status: int = 0) -> str:
        return self.run("-m", "trellis.config.cli", *words, status=status)

    def everything(self) -> Any:
        """Every row of every table."""
        return json.loads(self.run("manage.py", "dumpdata", "--exclude", "journeys.heartbeat"))

    def is_sqlite(self) -> bool:
        return not self.url

    def connect(self) -> Any:
        return sqlite3.connect(self.data / "trellis.sqlite3") if self.is_sqlite() else psycopg.connect(self.url)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Callable[[], Installation]]:
    """Found an installation; nothing is in it yet."""
    server, made = PostgresStore(connection.settings_dict), []

    def make() -> Installation:
        data = tmp_path_factory.mktemp("data")
        if connection.vendor == "sqlite":
            return Installation(data, "")
        name = f"trellis_backup_{uuid4().hex[:12]}"
        tell(server, "CREATE DATABASE {}", name)
        made.append(name)
        return Installation(data, server.url(name))

    yield make
    for name in made:
        tell(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def tell(server: PostgresStore, statement: str, name: str) -> None:
    with psycopg.connect(server.url("postgres"), autocommit=True) as opened:
        opened.execute(SQL(statement).format(Identifier(name)))


@pytest.fixture(scope="module")
def ridgeline_roofing(found: Callable[[], Installation]) -> Installation:
    """With its people, its playbook and one lead."""
    installation = found()
    installation.trellis("migrate")
    installation.run("-c", OPEN_RIDGELINE)
    return installation


@pytest.fixture(scope="module")
def archive(ridgeline_roofing: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made while somebody else writes."""
    file = tmp_path_factory.mktemp("backups") / "tuesday.trellis"
    with closing(ridgeline_roofing.connect()) as writing:
        writing.execute("BEGIN")
        writing.execute("UPDATE team_business SET name = 'Half said'")
        said = ridgeline_roofing.trellis("backup", str(file))
        writing.rollback()
    assert "MB, 1 open journeys, audit 0." in said
    return file


def test_everything_comes_back_as_it_was(
    found: Callable[[], Installation], ridgeline_roofing: Installation, archive: Path
) -> None:
    other = found()
    said = other.trellis("restore", str(archive))
    assert "Ridgeline Roofing is as it was at " in said
    assert "1 open journeys, audit 0." in said
    assert other.everything() == ridgeline_roofing.everything()
    assert (other.data / "secret_key").read_text() == (ridgeline_roofing.data / "secret_key").read_text()
    assert archive.stat().st_mode & 0o077 == 0
    assert "is kept as" not in said
    assert [path.name for path in archive.parent.iterdir()] == [archive.name]


def test_what_people_use_is_replaced_only_when_that_is_said_and_never_while_it_runs(
    found: Callable[[], Installation], archive: Path
) -> None:
    used = found()
    used.trellis("restore", str(archive))
    with closing(used.connect()) as later:
        later.execute("UPDATE team_business SET name = 'Later'")
        later.commit()
    assert "People use this installation." in used.trellis("restore", str(archive), status=1)
    with closing(used.connect()) as somebody:
        assert somebody.execute("SELECT name FROM team_business").fetchall() == [("Later",)]
        assert "Stop it, and restore again." in used.trellis("restore", str(archive), "--replace", status=1)
    told = json.loads(used.trellis("restore", str(archive), "--replace", "--json"))
    assert told["audit"]["open"] == 1
    with closing(used.connect()) as now:
        assert now.execute("SELECT name FROM team_business").fetchall() == [("Ridgeline Roofing",)]
    if used.is_sqlite():
        (aside,) = used.data.glob("trellis.sqlite3.before-*")
        assert told["kept"] == [f"What was there is kept as {aside}."]
        with closing(sqlite3.connect(aside)) as before:
            assert before.execute("SELECT name FROM team_business").fetchall() == [("Later",)]
