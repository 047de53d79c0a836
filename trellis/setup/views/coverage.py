"""Who answers a lead at any minute of the next two weeks."""

from datetime import datetime

from django.http import HttpResponse

from trellis.setup.queries.coverage import Kind, coverage_of, kinds
from trellis.team.permissions import can_manage
from trellis.team.queries import UnknownCalendar, business
from trellis.web.asking import sees
from trellis.web.doors import Request
from trellis.web.pages import render_page, viewer_for
from trellis.web.times import Viewer


@sees("hours")
def coverage(request: Request, *, at: datetime) -> HttpResponse:
    viewer, found = viewer_for(request.user, at, business()), kinds()
    kind = chosen(found, request.GET.get("kind", ""))
    wanted = request.GET.get("covers", "").strip().lower()
    context = {"current": "people", "part": "coverage", "kinds": found, "may_manage": can_manage(request.user)}
    if kind:
        moment = moment_asked(request.GET.get("moment", ""), viewer)
        try:
            context["coverage"] = coverage_of(kind, viewer, moment=moment, wanted=wanted)
        except UnknownCalendar as unknown:
            context["fault"] = f"{unknown} Add hours with that name, or let the playbook keep time by others."
    return render_page(request, "setup/coverage.html", context, at=at)


def chosen(found: list[Kind], value: str) -> Kind | None:
    return next((kind for kind in found if kind.value == value), found[0] if found else None)


def moment_asked(text: str, viewer: Viewer) -> datetime | None:
    """A moment on the viewer's own clock; none when the address was cut or made up."""
    try:
        asked = datetime.fromisoformat(text)
        return asked if asked.tzinfo else asked.replace(tzinfo=viewer.zone)
    except ValueError:
        return None
