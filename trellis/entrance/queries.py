"""Questions about where somebody is logged in."""

import re
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from trellis.team.models import User

BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Macintosh": "Mac",
    "CrOS": "Chromebook",
    "Linux": "Linux",
}


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where somebody is logged in. `number` names it to end it."""

    number: int
    device: str
    ip: str
    since: datetime
    seen_at: datetime
    is_here: bool


def sessions_of(user: User, *, here: str) -> list[Place]:
    """Every session of theirs that is alive, this one first, then the latest."""
    known = list(UserSession.objects.filter(user=user).order_by("-last_seen_at"))
    keys = [session.session_key for session in known]
    alive = set(Session.objects.filter(session_key__in=keys).values_list("session_key", flat=True))
    places = [place_of(session, here) for session in known if session.session_key in alive]
    return sorted(places, key=lambda place: not place.is_here)


def place_of(session: UserSession, here: str) -> Place:
    return Place(
        number=session.pk,
        device=device_of(session.user_agent),
        ip=session.ip,
        since=session.created_at,
        seen_at=session.last_seen_at,
        is_here=session.session_key == here,
    )


def device_of(user_agent: str) -> str:
    """Firefox on Windows; what cannot be told is a browser."""
    browser = next((name for mark, name in BROWSERS.items() if re.search(rf"{mark}\w*/", user_agent)), "A browser")
    system = next((name for mark, name in SYSTEMS.items() if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser
