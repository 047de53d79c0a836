"""What keeps somebody out counts in every process; what saves time stays where it is."""

import time
from collections.abc import Iterator

import pytest
from django.core.cache import caches
from pytest_django import Settings

from trellis.web.caching import PartlyShared
from trellis.web.tries import Tries

GUESSES = Tries("guess", most=3, seconds=60)


@pytest.fixture
def processes(db: None, settings: Settings) -> Iterator[tuple[PartlyShared, PartlyShared]]:
    """The memories of two web processes on one database."""
    backend = "django.core.cache.backends.db.DatabaseCache"
    settings.CACHES = settings.CACHES | {"shared": {"BACKEND": backend, "LOCATION": "team_shared"}}
    yield PartlyShared("one", {}), PartlyShared("two", {})
    caches["shared"].clear()


def test_what_is_counted_in_one_process_counts_in_the_other(
    processes: tuple[PartlyShared, PartlyShared], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        here(monkeypatch, processes[number % 2])
        assert not GUESSES.are_used_up("maya")
        GUESSES.count("maya")
    for process in processes:
        here(monkeypatch, process)
        assert GUESSES.are_used_up("maya")
        assert not GUESSES.are_used_up("ben")
    GUESSES.forget("maya")
    here(monkeypatch, processes[0])
    assert not GUESSES.are_used_up("maya")


def here(monkeypatch: pytest.MonkeyPatch, process: PartlyShared) -> None:
    monkeypatch.setattr("trellis.web.tries.cache", process)
    monkeypatch.setattr("allauth.core.internal.ratelimit.cache", process)


def test_a_code_that_was_used_in_one_process_is_used_in_the_other(processes: tuple[PartlyShared, PartlyShared]) -> None:
    one, two = processes
    assert one.add("allauth.mfa.totp.used?user=1&code=123456", "y", timeout=30)
    assert not two.add("allauth.mfa.totp.used?user=1&code=123456", "y", timeout=30)


def test_what_only_saves_time_stays_in_its_process(processes: tuple[PartlyShared, PartlyShared]) -> None:
    one, two = processes
    one.set("board", 42)
    assert (one.get("board"), two.get("board")) == (42, None)
    one.delete("board")
    assert one.get("board") is None


def test_tries_run_out_and_come_back(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = time.time()
    monkeypatch.setattr("trellis.web.tries.time.time", lambda: moment)
    quick = Tries("quick", most=1, seconds=60)
    quick.count("maya")
    assert quick.are_used_up("maya")
    moment += 61
    assert not quick.are_used_up("maya")
