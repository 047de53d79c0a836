"""The contact page: the story so far, what to write, and the next step."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from trellis.conversations.transports import is_connected
from trellis.desk.forms import COMPOSER_FORMS
from trellis.desk.queries.changes import cursor_now
from trellis.desk.queries.composer import COMPOSER_TABS, words_in
from trellis.desk.queries.contact import ContactPage, JourneySheet, decisions_of, find_contact_page
from trellis.desk.queries.timeline import timeline_of
from trellis.desk.queries.today import neighbors
from trellis.desk.views.places import contact_path
from trellis.people.models import Contact
from trellis.team.permissions import can_change
from trellis.team.queries import business
from trellis.web.doors import Request, signed_in
from trellis.web.forms import KitForm
from trellis.web.pages import render_page, viewer_for


@signed_in
def contact(request: Request, contact_id: UUID, *, at: datetime) -> HttpResponse:
    return show(request, contact_id, at=at)


def show(
    request: Request, contact_id: UUID, *, at: datetime, tab: str = "", form: KitForm | None = None
) -> HttpResponse:
    viewer = viewer_for(request.user, at, business())
    live = cursor_now(at, contact_id)
    try:
        page = find_contact_page(contact_id, region=viewer.region, journey_id=read_id(request.GET.get("journey")))
    except Contact.DoesNotExist as error:
        raise Http404 from error
    if page.contact.merged_into_id:
        # Old links to whoever was merged lead to who they are now.
        return redirect("desk:contact", page.contact.merged_into_id)
    tab = tab or tab_for(request.GET.get("compose", ""), page)
    before = request.GET.get("before", "")
    context = {
        "current": "",
        "live": live,
        "page_address": contact_path(page.contact) if form else "",
        "page": page,
        "timeline": timeline_of(page.contact, viewer, places=page.places, before=before),
        "tab": tab,
        "tabs": COMPOSER_TABS,
        "form": form or COMPOSER_FORMS[tab](initial=words_in(request.GET)),
        "is_connected": tab not in ("sms", "email") or is_connected(tab),
        "can_change": can_change(request.user) and not page.contact.taken_back_at,
        "pane": request.GET.get("pane", "timeline"),
        "is_asked": form is not None or "compose" in request.GET,
        **around(request, page.shown),
    }
    return render_page(request, "desk/contact.html", context, at=at, status=422 if form else 200)


def around(request: Request, shown: JourneySheet | None) -> dict[str, Any]:
    """The leads before and after this one, and why it is here, once that is asked."""
    if shown is None:
        return {}
    owner = request.user if request.GET.get("who") == "mine" else None
    return {
        "neighbors": neighbors(shown.journey, owner),
        "decisions": decisions_of(shown.journey) if "why" in request.GET else None,
    }


def tab_for(wanted: str, page: ContactPage) -> str:
    """What was asked for, else the way that reaches them."""
    if wanted in COMPOSER_FORMS:
        return wanted
    return page.best_channel or "note"


def read_id(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
