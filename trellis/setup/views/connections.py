"""How messages leave and how email comes in, at one address."""

from datetime import datetime

from django.http import HttpResponse

from trellis.setup.queries.connections import ways
from trellis.setup.queries.settings import form_lines, snippet_of
from trellis.team.permissions import can_administer, can_shape_forms
from trellis.web.asking import sees
from trellis.web.doors import Request
from trellis.web.pages import render_page


@sees("settings")
def connections(request: Request, *, at: datetime) -> HttpResponse:
    doors = [(line, snippet_of(line.form)) for line in form_lines(at, request.user) if not line.form.closed_at]
    out, into = ways(at, request.user)
    context = {
        "current": "settings",
        "ways_out": out,
        "way_in": into,
        "doors": doors,
        "may_administer": can_administer(request.user),
        "may_manage": can_shape_forms(request.user),
    }
    return render_page(request, "setup/connections.html", context, at=at)
