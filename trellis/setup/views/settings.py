"""The settings at a glance, each with its state in words."""

from datetime import datetime

from django.http import HttpResponse

from trellis.people.custom import custom_fields
from trellis.setup.queries.connections import ways
from trellis.setup.queries.settings import form_lines, tokens
from trellis.team.permissions import can_administer, can_see_history
from trellis.team.queries import grants
from trellis.web.asking import sees
from trellis.web.doors import Request
from trellis.web.pages import render_page


@sees("settings")
def settings(request: Request, *, at: datetime) -> HttpResponse:
    lines = form_lines(at, request.user)
    out, into = ways(at, request.user)
    context = {
        "current": "settings",
        "may_administer": can_administer(request.user),
        "may_see_history": can_see_history(request.user),
        "forms_open": [line for line in lines if not line.form.closed_at],
        "leads": sum(line.leads for line in lines),
        "ways_out": out,
        "way_in": into,
        "tokens": list(tokens()),
        "grants": grants(),
        "custom_count": sum(len(custom_fields(noun)) for noun in ("contact", "company")),
    }
    return render_page(request, "setup/settings.html", context, at=at)
