"""What was connected on screen is in use in every process, and unreadable to anybody who has the database alone."""

from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from trellis.conversations.connecting import let_go, store
from trellis.conversations.connections import settings_of, stored
from trellis.conversations.models import Connection, Message
from trellis.conversations.queries import kept
from trellis.core import memory
from trellis.core.sealing import seal
from trellis.team.models import User


@pytest.fixture
def dana(db: None, noon: datetime) -> User:
    return User.objects.create(email="dana@ridge.example", name="Dana", created_at=noon)


def test_another_process_knows_of_it_within_two_seconds(
    dana: User, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stored("smtp") == {}
    Connection.objects.create(key="smtp", sealed=seal({"host": "mail.example"}), connected_at=noon)
    assert stored("smtp") == {}
    now = memory.time.monotonic()
    monkeypatch.setattr(memory.time, "monotonic", lambda: now + 2.1)
    assert stored("smtp") == {"host": "mail.example"}


def test_whoever_connects_uses_it_at_once(dana: User, noon: datetime) -> None:
    store("smtp", {"host": "mail.example"}, by=dana, at=noon)
    assert settings_of("smtp") == {"host": "mail.example"}
    let_go("smtp", by=dana, at=noon)
    assert settings_of("smtp") == {}


def test_the_database_keeps_no_secret_of_what_is_disconnected(dana: User, noon: datetime) -> None:
    store("smtp", {"host": "mail.example"}, by=dana, at=noon)
    with pytest.raises(IntegrityError, match="keeps_no_secret"), transaction.atomic():
        Connection.objects.update(disconnected_at=noon)


def test_nothing_is_kept_where_nothing_waits(db: None, noon: datetime) -> None:
    assert kept(noon, User(role="manager")) == {}
    assert not Message.objects.exists()
