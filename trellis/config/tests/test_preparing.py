"""Bringing an installation to the state of the code does the work once, and again when something changed."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import OperationalError, connection

from trellis.config import prepare
from trellis.journeys.guards import drop_guards, missing_guards


def test_a_migrated_database_is_left_alone(db: None) -> None:
    assert prepare.migrate() is False


def test_lost_guards_are_put_back(db: None) -> None:
    drop_guards()
    assert prepare.migrate() is True
    assert missing_guards() == []


def test_assets_are_gathered_once_and_again_after_a_change(tmp_path: Path, settings: LazySettings) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "page.css").write_text("p {}")
    settings.STATICFILES_DIRS = [str(own)]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "static"
    assert prepare.collect_assets() is True
    assert prepare.collect_assets() is False
    (own / "page.css").write_text("a {}")
    later = (own / "page.css").stat().st_mtime + 9
    os.utime(own / "page.css", (later, later))
    assert prepare.collect_assets() is True
    assert (tmp_path / "static/page.css").read_text() == "a {}"


def test_a_database_that_starts_late_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = list[int]()

    def connect() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise OperationalError("the database system is starting up")

    monkeypatch.setattr(connection, "ensure_connection", connect)
    monkeypatch.setattr(prepare.time, "sleep", lambda seconds: None)
    prepare.wait_for_database()
    assert len(tries) == 3


def test_a_database_that_never_comes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect() -> Any:
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "ensure_connection", connect)
    with pytest.raises(OperationalError):
        prepare.wait_for_database(patience=-1)
