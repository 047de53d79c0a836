"""The backend that `DATABASES["default"]["ENGINE"]` names."""

from functools import lru_cache
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base, features

from trellis.core.sqlite.turnstile import Turnstile, turnstile
from trellis.core.text import alike, fold


class DatabaseFeatures(features.DatabaseFeatures):
    """JSON is part of SQLite since 3.38, so nobody has to try.

    Django tries it in a transaction, takes "somebody else is writing" for "cannot", and keeps that for the process.
    """

    minimum_database_version = (3, 38)
    supports_json_field = True


class Cursor(base.SQLiteCursorWrapper):
    """Django writes ? for each %s of every statement anew; a statement of some hundred rows has thousands of them."""

    def convert_query(self, query: str, *, param_names: Any = None) -> str:
        return converted(query) if param_names is None else super().convert_query(query, param_names=param_names)


@lru_cache(maxsize=512)
def converted(query: str) -> str:
    found: str = base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")
    return found


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose transactions pass the turnstile of their database file.

    Every transaction does, for all of them are IMMEDIATE. A write outside a transaction is one statement, and waits the
    way SQLite makes it wait.
    """

    features_class = DatabaseFeatures
    _passed: Turnstile | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """With `fold`, which the triggers of searched text call, and `alike`, by which conditions look into text."""
        found = super().get_new_connection(conn_params)
        found.create_function("fold", 1, fold, deterministic=True)
        found.create_function("alike", 1, lambda text: text and alike(text), deterministic=True)
        return found

    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(factory=Cursor)

    def _start_transaction_under_autocommit(self) -> None:
        self._enter()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # missing in the stubs
        finally:
            self._leave_if_done()

    def commit(self) -> None:
        try:
            super().commit()
        finally:
            self._leave_if_done()

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self._leave_if_done()

    def close(self) -> None:
        try:
            super().close()
        finally:
            self._leave()

    def _enter(self) -> None:
        if self.is_in_memory_db() or self._passed:
            return
        here = turnstile(str(self.settings_dict["NAME"]))
        if not here.enter(self.settings_dict["OPTIONS"].get("timeout", 5)):
            raise OperationalError("database is locked: other threads of this process kept writing")
        self._passed = here

    def _leave_if_done(self) -> None:
        """A commit that a constraint refused leaves the transaction open: we still hold the database then."""
        if not (self.connection and self.connection.in_transaction):
            self._leave()

    def _leave(self) -> None:
        if self._passed:
            passed, self._passed = self._passed, None
            passed.leave()
