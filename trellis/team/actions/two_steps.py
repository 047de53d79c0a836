"""The second step of signing in, as far as others than its owner decide on it."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from trellis.core.refusal import Refused
from trellis.team.actions.business import set_business
from trellis.team.actions.notices import tell
from trellis.team.actions.sessions import end_sessions
from trellis.team.models import Business, User
from trellis.team.queries import business


def switch_off_two_steps(user: User, *, by: User | None, at: datetime) -> bool:
    """For somebody who lost their phone: codes, passkeys and recovery codes are gone, and they are told who did it.

    Whoever was logged in as them is logged out. Cannot be taken back: what is gone is a secret of theirs.
    """
    with transaction.atomic():
        count, _ = Authenticator.objects.filter(user=user).delete()
        if count:
            end_sessions(user)
            who = by.name if by else "Somebody at the server"
            tell([user], f"{who} switched off your second step of signing in. Set up a new one.", at=at)
    return bool(count)


def has_two_steps(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


def require_two_steps(*, of_everybody: bool, by: User, at: datetime) -> Business:
    """Whether everybody needs a second step from now on: whoever has none sets one up before anything else.

    Refused where whoever asks for it has none: they would be the first to be stopped.
    """
    if of_everybody and not has_two_steps(by):
        raise Refused("no_two_steps", "Set up your own second step first, under “Sign-in and security”.")
    since = (business().two_steps_since or at) if of_everybody else None
    return set_business(two_steps_since=since, by=by, at=at)
