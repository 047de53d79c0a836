"""What whoever forwards email to us must know: a secret of the environment, else one that was made on screen."""

import secrets
from datetime import datetime

from django.conf import settings

from trellis.conversations.connecting import let_go, store
from trellis.conversations.connections import stored
from trellis.core.refusal import Refused
from trellis.team.models import User

KEY = "inbound_email"
BY_ENVIRONMENT = "The server’s environment sets the secret. Change it there and restart Trellis."


def secret() -> str:
    """Empty while no email is taken in."""
    return str(settings.INBOUND_EMAIL_SECRET or stored(KEY).get("secret", ""))


def is_of_environment() -> bool:
    return bool(settings.INBOUND_EMAIL_SECRET)


def make_secret(*, by: User, at: datetime) -> str:
    """A new secret, which is shown once; the one before opens nothing any more."""
    if is_of_environment():
        raise Refused("set_by_environment", BY_ENVIRONMENT)
    made = secrets.token_urlsafe(24)
    store(KEY, {"secret": made}, by=by, at=at)
    return made


def end_secret(*, by: User, at: datetime) -> None:
    """Take no more email in."""
    if is_of_environment():
        raise Refused("set_by_environment", BY_ENVIRONMENT)
    let_go(KEY, by=by, at=at)
