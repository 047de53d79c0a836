"""The secret for inbound email is made on screen, works at once, and ends at once."""

from datetime import UTC, datetime

import pytest
from pytest_django import Settings

from trellis.conversations.models import Connection
from trellis.core.refusal import Refused
from trellis.integrations.inbound_email.secret import end_secret, make_secret, secret
from trellis.integrations.inbound_email.tests.conftest import Post
from trellis.team.models import User

NOON = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)


@pytest.fixture
def dana(db: None, settings: Settings) -> User:
    settings.INBOUND_EMAIL_SECRET = ""
    return User.objects.create(email="dana@ridge.example", name="Dana", created_at=NOON)


def test_email_is_taken_in_with_the_secret_that_was_made(post: Post, settings: Settings, dana: User) -> None:
    settings.INBOUND_EMAIL_SECRET = ""
    assert post().status_code == 403
    made = make_secret(by=dana, at=NOON)
    assert post(Authorization=f"Bearer {made}").status_code == 201
    assert post().status_code == 401
    assert made not in Connection.objects.get().sealed


def test_a_new_secret_ends_the_one_before(post: Post, settings: Settings, dana: User) -> None:
    settings.INBOUND_EMAIL_SECRET = ""
    first, second = make_secret(by=dana, at=NOON), make_secret(by=dana, at=NOON)
    assert first != second == secret()
    assert post(Authorization=f"Bearer {first}").status_code == 401
    end_secret(by=dana, at=NOON)
    assert post(Authorization=f"Bearer {second}").status_code == 403


def test_what_the_environment_sets_is_not_changed_here(settings: Settings, dana: User) -> None:
    settings.INBOUND_EMAIL_SECRET = "from the environment"
    for act in (make_secret, end_secret):
        with pytest.raises(Refused, match="environment sets the secret"):
            act(by=dana, at=NOON)
    assert secret() == "from the environment"
