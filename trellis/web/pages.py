"""Answering with a page: what every page of the app and every public page needs, gathered once."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from trellis.team.models import Business, User
from trellis.team.queries import business
from trellis.web import navigation
from trellis.web.times import Viewer


def viewer_for(user: Any, at: datetime, of: Business) -> Viewer:
    """The user's zone and hour cycle; the business's for anybody else."""
    zone, cycle = (user.time_zone, user.hour_cycle) if isinstance(user, User) else ("", "h12")
    return Viewer(zone=ZoneInfo(zone or of.time_zone), hour_cycle=cycle, now=at, region=of.region)


def render_page(
    request: HttpRequest, page: str, context: dict[str, Any], *, at: datetime, status: int = 200
) -> HttpResponse:
    """A page in the shell of the app, or a fragment of one."""
    of = business()
    shell = {
        "business": of,
        "viewer": viewer_for(request.user, at, of),
        "navigation": navigation.entries_for(request.user, at),
        "person_acts": navigation.person_acts(),
        "guarantee": navigation.guarantee(at),
    }
    return render(request, page, shell | context, status=status)


def render_public(
    request: HttpRequest, page: str, context: dict[str, Any], *, at: datetime, status: int = 200
) -> HttpResponse:
    """A page for customers, in the business's color and zone."""
    of = business()
    return render(request, page, {"business": of, "viewer": viewer_for(None, at, of)} | context, status=status)
