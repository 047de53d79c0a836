"""PostgreSQL: copied by pg_dump, put in place by pg_restore in one transaction. Both come with PostgreSQL's client."""

import os
import shutil
import subprocess
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

import psycopg
from psycopg.sql import SQL, Identifier

from trellis.core.refusal import Refused
from trellis.transfer.archive import Progress
from trellis.transfer.auditing import audit_of


class PostgresStore:
    part = "database.dump"

    def __init__(self, told: dict[str, Any]) -> None:
        """`told` is an entry of Django's DATABASES."""
        self.told = told

    @property
    def name(self) -> str:
        return str(self.told["NAME"])

    def url(self, name: str, *, with_password: bool = True) -> str:
        user, host, port = (str(self.told[part] or "") for part in ("USER", "HOST", "PORT"))
        password = f":{quote(str(self.told['PASSWORD']))}" if with_password else ""
        login = f"{quote(user)}{password}@" if user else ""
        more = {key: value for key, value in self.told["OPTIONS"].items() if key not in ("connect_timeout", "options")}
        place = f"{host}:{port}" if port else host
        return f"postgresql://{login}{place}/{quote(name)}{f'?{urlencode(more)}' if more else ''}"

    def place(self, name: str) -> str:
        """For a command line, which everybody on the machine can read: the password goes by the environment."""
        return self.url(name, with_password=False)

    def copy(self, to: Path, progress: Progress) -> None:
        progress(0, 1)
        self.run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={to}", self.place(self.name))
        progress(1, 1)

    def check(self, copy: Path) -> None:
        self.run("pg_restore", "--file=/dev/null", str(copy))

    def audit(self, copy: Path) -> dict[str, Any]:
        """Of a database of its own into which it is restored, and which goes again; nothing where none may be made."""
        name = f"trellis_verify_{uuid4().hex[:12]}"
        try:
            self.tell("CREATE DATABASE {}", name)
        except psycopg.errors.InsufficientPrivilege:
            return {}
        try:
            self.load(copy, name)
            return audit_of(self.url(name))
        finally:
            self.tell("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def is_used(self) -> bool:
        with psycopg.connect(self.url(self.name)) as connection:
            if connection.execute("SELECT to_regclass('public.team_user')").fetchone() == (None,):
                return False
            return connection.execute("SELECT EXISTS (SELECT FROM team_user)").fetchone() == (True,)

    def refuse_while_open(self) -> None:
        others = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        with psycopg.connect(self.url(self.name)) as connection:
            if connection.execute(others).fetchone() != (0,):
                raise Refused("in_use", "Trellis is running on this database. Stop it, and restore again.")

    def replace(self, copy: Path, at: datetime) -> str:
        """All of it or nothing: what was there goes in the same transaction."""
        self.load(copy, self.name)
        return ""

    def load(self, copy: Path, name: str) -> None:
        self.run(
            *("pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction"),
            *("--exit-on-error", f"--dbname={self.place(name)}", str(copy)),
        )
        # What the planner knows of the tables is not in a dump.
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            connection.execute("ANALYZE")

    def tell(self, statement: str, name: str) -> None:
        with psycopg.connect(self.url(self.name), autocommit=True) as connection:
            connection.execute(SQL(statement).format(Identifier(name)))

    def run(self, program: str, *words: str) -> None:
        if shutil.which(program) is None:
            raise Refused("no_client", f"{program} is missing: install PostgreSQL's client of the server's version.")
        environment = os.environ | ({"PGPASSWORD": str(self.told["PASSWORD"])} if self.told["PASSWORD"] else {})
        done = subprocess.run([program, *words], env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            said = done.stderr.strip()
            with suppress(IndexError):
                said = said.splitlines()[0]
            raise Refused("failed", f"{program} could not do it: {said}")
