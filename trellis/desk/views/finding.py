"""Find or do anything: the list under the palette's field, or a page of its own without script."""

from datetime import datetime

from django.http import HttpResponse

from trellis.desk.queries.finding import find as find_anything
from trellis.team.queries import business
from trellis.web.doors import Request, signed_in
from trellis.web.pages import render_page, viewer_for

LONGEST = 200
MANY = 25


@signed_in
def find(request: Request, *, at: datetime) -> HttpResponse:
    text = request.GET.get("q", "")[:LONGEST]
    in_palette = "palette" in request.GET
    viewer = viewer_for(request.user, at, business())
    found = find_anything(text, viewer) if in_palette else find_anything(text, viewer, limit=MANY)
    page = "desk/_found.html" if in_palette else "desk/find.html"
    context = {"current": "find", "text": text, "found": found, "in_palette": in_palette}
    return render_page(request, page, context, at=at)
