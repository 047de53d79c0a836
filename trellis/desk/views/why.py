"""Why it is as it is with a journey: what was decided, what was held back, and what comes next."""

from datetime import datetime
from uuid import UUID

from django.http import HttpResponse

from trellis.desk.queries.names import called
from trellis.desk.queries.why import read_shown, why_page
from trellis.desk.views.reach import find_journey
from trellis.team.queries import business
from trellis.web.doors import Request, signed_in
from trellis.web.pages import render_page, viewer_for


@signed_in
def why(request: Request, journey_id: UUID, *, at: datetime) -> HttpResponse:
    journey = find_journey(request.user, journey_id)
    viewer = viewer_for(request.user, at, business())
    shown, before = read_shown(request.GET.get("show", "")), request.GET.get("before", "")
    asked = request.GET.get("ask", "").strip()[:200]
    context = {
        "current": "",
        "journey": journey,
        "name": called(journey.contact, viewer.region),
        "page": why_page(journey, viewer, shown=shown, before=before, asked=asked, who=request.user),
        "shown": shown,
        "before": before,
        "asked": asked,
    }
    return render_page(request, "desk/why.html", context, at=at)
