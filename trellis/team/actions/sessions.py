"""Ending sessions: where somebody is logged in, in whatever process of ours."""

from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings

from trellis.team.models import User


def end_sessions(user: User, *, but: str = "") -> int:
    """Log them out everywhere, except where the session has the key `but`; how many there were."""
    sessions = list(UserSession.objects.filter(user=user).exclude(session_key=but))
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    for session in sessions:
        store.delete(session.session_key)
    UserSession.objects.filter(pk__in=[session.pk for session in sessions]).delete()
    return len(sessions)


def end_session(user: User, *, number: int) -> bool:
    """Log them out in one place of theirs; whether there was one of this number."""
    session = UserSession.objects.filter(user=user, pk=number).first()
    if session:
        import_module(settings.SESSION_ENGINE).SessionStore().delete(session.session_key)
        session.delete()
    return session is not None
