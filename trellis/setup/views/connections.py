"""How messages leave and how email comes in, at one address."""

from datetime import datetime

from django.http import HttpResponse

from trellis.setup.queries.connections import ways
from trellis.setup.queries.settings import form_lines, snippet_of
from trellis.team.permissions import can_administer, can_manage
from trellis.web.doors import Request, signed_in
from trellis.web.pages import render_page


@signed_in
def connections(request: Request, *, at: datetime) -> HttpResponse:
    doors = [(line, snippet_of(line.form)) for line in form_lines(at) if not line.form.closed_at]
    out, into = ways(at)
    context = {
        "current": "settings",
        "ways_out": out,
        "way_in": into,
        "doors": doors,
        "may_administer": can_administer(request.user),
        "may_manage": can_manage(request.user),
    }
    return render_page(request, "setup/connections.html", context, at=at)
