"""Connections: what mail and phone need, and the form for the business's own website."""

from datetime import datetime

from django.conf import settings
from django.http import HttpResponse

from trellis.setup.queries.connections import connections as read_connections
from trellis.setup.queries.connections import forms_of
from trellis.web.doors import Request, signed_in
from trellis.web.pages import render_page


@signed_in
def connections(request: Request, *, at: datetime) -> HttpResponse:
    context = {
        "current": "connections",
        "connections": read_connections(),
        "forms": forms_of(settings.PUBLIC_URL),
    }
    return render_page(request, "setup/connections.html", context, at=at)
