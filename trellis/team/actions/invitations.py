"""Inviting: a link by which somebody who works here chooses their own password. It works once, for some days."""

from datetime import timedelta

from django.core import signing
from django.utils.crypto import salted_hmac

from trellis.team.models import User

VALID = timedelta(days=7)
_SALT = "trellis.invitation"


def invitation_for(user: User) -> str:
    """The key of the link. Nothing is stored: it is signed, and says for which state of the person it was made."""
    return signing.dumps([user.pk.hex, _state(user)], salt=_SALT)


def invited_by(key: str) -> User | None:
    """Whom it invites; nobody once it is old, was used, or their address or password changed."""
    try:
        user_id, state = signing.loads(key, salt=_SALT, max_age=VALID)
    except (signing.BadSignature, ValueError):
        return None
    user = User.objects.active().filter(pk=user_id).first()
    return user if user and _state(user) == state else None


def _state(user: User) -> str:
    return salted_hmac(_SALT, f"{user.password} {user.email}", algorithm="sha256").hexdigest()[:20]
