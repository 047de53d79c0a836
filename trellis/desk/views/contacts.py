"""Contacts: everybody we know, and finding one of them."""

from datetime import datetime

from django.http import HttpResponse

from trellis.desk.queries.changes import cursor_now
from trellis.desk.queries.contacts import contact_list
from trellis.people.duplicates import pairs_seen
from trellis.team.permissions import can_import, may
from trellis.team.queries import business
from trellis.web.doors import Request, signed_in
from trellis.web.pages import render_page, viewer_for


@signed_in
def contacts(request: Request, *, at: datetime) -> HttpResponse:
    asked = request.GET
    viewer = viewer_for(request.user, at, business())
    context = {
        "current": "contacts",
        "live": cursor_now(at),
        "list": contact_list(
            user=request.user,
            text=asked.get("q", ""),
            order=asked.get("order", ""),
            after=asked.get("after", ""),
            viewer=viewer,
        ),
        "can_add": may(request.user, "add", "journey"),
        "can_import": can_import(request.user),
        "pairs": pairs_seen(request.user),
    }
    return render_page(request, "desk/contacts.html", context, at=at)
