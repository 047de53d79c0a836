from datetime import timedelta

import pytest

from trellis.core.refusal import Refused
from trellis.team.actions.tokens import create_token, revoke_token, use_token
from trellis.team.models import ApiToken
from trellis.team.permissions import may
from trellis.team.queries import find_token
from trellis.team.tests.conftest import AT


def test_a_token_is_shown_once_and_stored_only_as_a_digest(maya):
    token, text = create_token(name="Website", role="sales", by=maya, at=AT)
    assert text.startswith("trl_")
    assert len(text) >= 40
    assert find_token(text) == token
    assert text not in str(ApiToken.objects.values().get())
    assert text.startswith(token.hint)


def test_a_token_that_nobody_made_opens_nothing(maya):
    create_token(name="Website", role="sales", by=maya, at=AT)
    for text in ("", "trl_", "trl_guess", "\ud800"):
        assert find_token(text) is None


def test_a_revoked_token_opens_nothing_from_then_on(maya):
    token, text = create_token(name="Website", role="sales", by=maya, at=AT)
    revoke_token(token, by=maya, at=AT)
    assert find_token(text) is None


def test_when_a_token_was_used_is_noted_once_a_minute(maya, django_assert_num_queries):
    token, text = create_token(name="Website", role="sales", by=maya, at=AT)
    use_token(token, at=AT)
    used = find_token(text)
    with django_assert_num_queries(0):
        use_token(used, at=AT + timedelta(seconds=59))
    use_token(used, at=AT + timedelta(seconds=60))
    assert find_token(text).used_at == AT + timedelta(seconds=60)


def test_a_token_needs_a_role_that_exists(db):
    with pytest.raises(Refused, match="not a role"):
        create_token(name="Website", role="root", by=None, at=AT)


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [
        ("admin", True, True),
        ("manager", True, True),
        ("sales", True, True),
        ("marketing", True, True),
        ("support", True, True),
        ("viewer", True, False),
        ("", False, False),
        ("root", False, False),
    ],
)
def test_whoever_is_not_named_may_not(db, role, reads, writes):
    assert may(ApiToken(role=role), "see", "contact") is reads
    assert may(ApiToken(role=role), "change", "contact") is writes
