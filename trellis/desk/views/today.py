"""Today: the queue by deadline, and the pulse of the day."""

from datetime import datetime
from urllib.parse import quote

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from trellis.desk.queries.changes import cursor_now
from trellis.desk.queries.conditions import read_conditions
from trellis.desk.queries.coverage import coverage
from trellis.desk.queries.filtering import read_filter
from trellis.desk.queries.pulse import pulse_for
from trellis.desk.queries.today import queue_of
from trellis.desk.views.coverage import badge_of
from trellis.journeys.auditor import MANY
from trellis.team.actions.notices import read_notices
from trellis.team.models import Role
from trellis.team.permissions import may, sees_all
from trellis.team.queries import business
from trellis.team.undoing import change_at
from trellis.web.doors import Request, go_to, page_to_return_to, signed_in
from trellis.web.pages import render_page, viewer_for
from trellis.web.sayings import Said, say

SEES_THE_TEAM_FIRST = {Role.ADMIN, Role.MANAGER, Role.MARKETING, Role.VIEWER}


@signed_in
def today(request: Request, *, at: datetime) -> HttpResponse:
    viewer = viewer_for(request.user, at, business())
    who = request.GET.get("who") or ("team" if request.user.role in SEES_THE_TEAM_FIRST else "mine")
    after = request.GET.get("after", "")
    only = read_filter(
        request.GET,
        user=request.user,
        viewer=viewer,
        conditions=read_conditions(request.GET.getlist, request.user, viewer.ways),
        kept={"who": who},
    )
    counted = coverage() if sees_all(request.user) else None
    context = {
        "current": "today",
        "live": cursor_now(at),
        "who": who,
        "here": quote(request.get_full_path()),
        "filter": only,
        "queue": queue_of(request.user, mine=who == "mine", after=after, viewer=viewer, only=only),
        "pulse": pulse_for(request.user, viewer, much_is_open=counted is not None and counted.total > MANY),
        "coverage": counted,
        "guarantee": badge_of(counted) if counted else None,
        "can_change": may(request.user, "change", "journey"),
        "can_add": may(request.user, "add", "journey"),
        "can_send": may(request.user, "send", "conversation"),
    }
    return render_page(request, "desk/today.html", context, at=at)


@signed_in
@require_POST
def read_all_notices(request: Request, *, at: datetime) -> HttpResponse:
    read = read_notices(request.user, at=at)
    change = change_at(by=request.user, at=at)
    if change:
        said = "Marked as read." if read == 1 else f"{read} marked as read."
        say(request, Said(said, undo=reverse("setup:undo", args=[change.pk])))
    return go_to(request, page_to_return_to(request, reverse("desk:today")))
