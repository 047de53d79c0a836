"""Questions about how people sign in."""

from allauth.mfa.models import Authenticator

from trellis.team.models import User


def people_without_two_steps() -> list[User]:
    """Whom a stolen password would let somebody in as."""
    with_them = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES).values("user")
    return list(User.objects.active().exclude(pk__in=with_them).order_by("name"))
