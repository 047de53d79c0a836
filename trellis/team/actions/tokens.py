"""Keys for machines."""

import secrets
from datetime import datetime, timedelta

from trellis.core.refusal import Refused
from trellis.core.text import clean_line
from trellis.team.models import ApiToken, Role, User
from trellis.team.queries import digest
from trellis.team.undoing import keeping, this

# A token is used on every request; when it was last used matters to the minute.
_USED_EVERY = timedelta(minutes=1)


def create_token(*, name: str, role: str, by: User | None, at: datetime) -> tuple[ApiToken, str]:
    """Make a key for a machine. The second value is the token itself, which is stored nowhere."""
    if role not in Role.values:
        raise Refused("unknown_role", f"“{role}” is not a role: choose one of {', '.join(Role.values)}.")
    text = "trl_" + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        name=clean_line(name, 80), digest=digest(text), hint=text[:8], role=role, created_at=at, created_by=by
    )
    return token, text


def use_token(token: ApiToken, *, at: datetime) -> None:
    """Note that a token was used, at most once a minute."""
    if token.used_at is None or at - token.used_at >= _USED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(used_at=at)


def revoke_token(token: ApiToken, *, by: User | None, at: datetime) -> ApiToken:
    """End what a token opens, at once."""
    if token.revoked_at is None:
        token.revoked_at = at
        with keeping(this(token), by=by, at=at):
            token.save(update_fields=["revoked_at"])
    return token
