"""GET /healthz says that we are alive, GET /readyz whether the promise stands."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from tests.cast import Business
from trellis.config import health
from trellis.journeys import auditor
from trellis.journeys.guards import install_guards
from trellis.journeys.models import Heartbeat


def ready(client: Client) -> tuple[int, dict[str, Any]]:
    answer = client.get("/readyz")
    return answer.status_code, answer.json()


def test_alive_needs_nothing_but_the_process(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_ready_names_everything_that_matters(client: Client, ridgeline: Business, worker_seen: None) -> None:
    ridgeline.lead()
    status, said = ready(client)
    assert status == 200
    assert 2 <= said.pop("worker_seen_s") < 20
    assert datetime.fromisoformat(said.pop("violations_counted_at")) <= timezone.now()
    assert said.pop("due_backlog") > 0  # Captured on a Tuesday long ago, and no worker came.
    assert said == {
        "ok": True,
        "database": connection.vendor,
        "guards": "present",
        "violations": 0,
        "signals": {"received": 0, "attached": 0, "joined": 0, "set_aside": 0, "waiting": 0},
    }


def test_not_ready_while_no_worker_ever_came(client: Client, db: None) -> None:
    status, said = ready(client)
    assert (status, said["ok"], said["worker_seen_s"]) == (503, False, None)


def test_not_ready_while_the_worker_is_silent(client: Client, db: None) -> None:
    Heartbeat.objects.create(name="shop:1", at=timezone.now() - timedelta(seconds=61))
    status, said = ready(client)
    assert (status, said["ok"]) == (503, False)


def test_one_of_two_workers_is_enough(client: Client, worker_seen: None) -> None:
    Heartbeat.objects.create(name="shop:2", at=timezone.now() - timedelta(hours=1))
    assert ready(client)[0] == 200


def test_not_ready_while_a_guard_is_missing(client: Client, worker_seen: None) -> None:
    name = "guard_owner_is_not_deactivated"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}" + (" ON team_user" if connection.vendor == "postgresql" else ""))
    status, said = ready(client)
    assert (status, said["ok"], said["guards"]) == (503, False, [name])
    install_guards()
    health.forget()
    assert ready(client)[0] == 200


def test_not_ready_while_the_promise_is_broken(
    client: Client, worker_seen: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = {"open": 3, "violations": 1, "by_rule": {"no owner": 1}, "guards": "present"}
    monkeypatch.setattr(auditor, "audit", lambda: broken)
    status, said = ready(client)
    assert (status, said["ok"], said["violations"]) == (503, False, 1)


def test_ready_at_once_where_counting_takes_long(
    client: Client, ridgeline: Business, worker_seen: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thread that counts would see nothing of this test's transaction, so it is run when the answer is there."""
    ridgeline.lead()
    begun: list[threading.Thread] = []
    monkeypatch.setattr(auditor, "MANY", 0)
    monkeypatch.setattr(auditor, "_auditor", auditor.Auditor())
    monkeypatch.setattr("threading.Thread.start", lambda thread: begun.append(thread))
    monkeypatch.setattr("trellis.journeys.auditor.connection.close", lambda: None)
    status, said = ready(client)
    assert (status, said["violations"], said["violations_counted_at"]) == (200, None, None)
    [counting] = begun
    counting.run()
    health.forget()
    status, said = ready(client)
    assert (status, said["violations"]) == (200, 0)


def test_not_ready_while_the_database_is_down(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> list[str]:
        raise OperationalError("connection refused at 10.0.0.7, password hunter2")

    monkeypatch.setattr(health, "missing_guards", refuse)
    status, said = ready(client)
    assert (status, said["ok"], said["database"]) == (503, False, "down: OperationalError")
    assert said.keys() == {
        *("ok", "database", "guards", "worker_seen_s", "due_backlog", "violations", "violations_counted_at", "signals")
    }  # The error's own words may hold secrets.


def test_asking_again_and_again_costs_nothing(
    client: Client, worker_seen: None, django_assert_num_queries: Any
) -> None:
    ready(client)
    with django_assert_num_queries(0):
        for _ in range(50):
            assert ready(client)[0] == 200


def test_a_database_that_never_answers_holds_up_nobody_for_long(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    hangs, asked = threading.Event(), threading.Event()

    def missing_guards() -> list[str]:
        asked.set()
        hangs.wait(30)
        raise OperationalError

    monkeypatch.setattr(health, "missing_guards", missing_guards)
    monkeypatch.setattr(health, "PATIENCE", 0.05)
    first = threading.Thread(target=health.readyz, args=[client.get("/healthz").wsgi_request])
    first.start()
    asked.wait(10)
    status, said = ready(client)
    hangs.set()
    first.join()
    assert (status, said["database"]) == (503, "down: no answer")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_only_read(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
