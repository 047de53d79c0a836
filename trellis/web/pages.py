"""Answering with a page: what every page of the app and every public page needs, gathered once."""

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from trellis.core.windows import DAY_NAMES
from trellis.team.models import Business, User
from trellis.team.queries import business
from trellis.web import navigation
from trellis.web.locales import known, writing_of
from trellis.web.money import money_in
from trellis.web.times import Viewer

APPLE = re.compile(r"Macintosh|iPhone|iPad")


def viewer_for(user: Any, at: datetime, of: Business) -> Viewer:
    """How this person wants times and money written; as the business does wherever they chose nothing."""
    person = user if isinstance(user, User) else User(hour_cycle="")
    locale = known(person.locale or of.locale)
    return Viewer(
        zone=ZoneInfo(person.time_zone or of.time_zone),
        hour_cycle=person.hour_cycle or writing_of(locale).own_clock,
        now=at,
        region=of.region,
        locale=locale,
        week_starts_on=DAY_NAMES.index(person.week_starts_on) if person.week_starts_on else None,
    )


def render_page(
    request: HttpRequest, page: str, context: dict[str, Any], *, at: datetime, status: int = 200
) -> HttpResponse:
    """A page in the shell of the app, or a fragment of one, which needs no shell."""
    of = business()
    viewer = viewer_for(request.user, at, of)
    is_fragment = page.rpartition("/")[2].startswith("_")
    around = {} if is_fragment else shell(request, at)
    here = {"business": of, "viewer": viewer, "command_key": command_key(request)}
    with money_in(viewer.locale):
        return render(request, page, here | around | context, status=status)


def command_key(request: HttpRequest) -> str:
    """How the key is called with which ↵ sends and K finds, on the keyboard in front of this reader."""
    return "⌘" if APPLE.search(request.headers.get("User-Agent", "")) else "Ctrl "


def shell(request: HttpRequest, at: datetime) -> dict[str, Any]:
    """What stands around every page. A page that has counted for itself gives its own `guarantee`."""
    numbers = navigation.numbers_for(request.user, at)
    return {
        "navigation": navigation.entries_with(numbers.counts, request.user),
        "counts": numbers.counts,
        "guarantee": numbers.guarantee,
        "finder": navigation.finder(),
        "preferences": navigation.preferences(),
        "person_pages": navigation.person_pages(),
        "person_acts": navigation.person_acts(),
    }


def render_public(
    request: HttpRequest, page: str, context: dict[str, Any], *, at: datetime, status: int = 200
) -> HttpResponse:
    """A page for customers, in the business's color and zone."""
    of = business()
    viewer = viewer_for(None, at, of)
    with money_in(viewer.locale):
        return render(request, page, {"business": of, "viewer": viewer} | context, status=status)
