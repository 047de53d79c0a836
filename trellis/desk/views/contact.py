"""The contact page: the story so far, what to write, and the next step."""

from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from trellis.conversations.transports import is_connected
from trellis.desk.forms import COMPOSER_FORMS
from trellis.desk.permissions import Allowed, allowed_with
from trellis.desk.queries.around import Around, around
from trellis.desk.queries.changes import cursor_now
from trellis.desk.queries.composer import COMPOSER_TABS, words_in
from trellis.desk.queries.contact import ContactPage, JourneySheet, find_contact_page
from trellis.desk.queries.timeline import timeline_of
from trellis.desk.views.places import contact_path
from trellis.people.models import Contact
from trellis.people.permissions import may_copy
from trellis.team.permissions import may
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
        asked = read_id(request.GET.get("journey"))
        page = find_contact_page(contact_id, user=request.user, region=viewer.region, journey_id=asked)
    except Contact.DoesNotExist as error:
        raise Http404 from error
    if page.contact.merged_into_id:
        # Old links to whoever was merged lead to who they are now.
        return redirect("desk:contact", page.contact.merged_into_id)
    allowed = allowed_with(request.user, contact_id, page.shown.journey if page.shown else None)
    tab = tab or tab_for(request.GET.get("compose", ""), page, allowed)
    is_here = not page.contact.taken_back_at
    before = request.GET.get("before", "")
    context = {
        "current": "",
        "live": live,
        "page_address": contact_path(page.contact) if form else "",
        "page": page,
        "timeline": timeline_of(page.contact, viewer, places=page.places, allowed=allowed, before=before),
        "tab": tab,
        "tabs": [one for one in COMPOSER_TABS if one[0] in allowed.tabs and is_here],
        "form": form or COMPOSER_FORMS[tab](initial=words_in(request.GET)),
        "is_connected": tab not in ("sms", "email") or is_connected(tab),
        "can_change": allowed.change and is_here,
        "can_answer": is_here and may(request.user, "see", "journey"),
        "can_add": may(request.user, "add", "journey"),
        "can_edit": is_here and allowed.near.may("change", "contact"),
        "can_copy": is_here and may_copy(allowed.near),
        "can_erase": is_here and allowed.near.may("erase", "contact"),
        "is_heard": allowed.hear,
        "pane": request.GET.get("pane", "timeline"),
        "is_asked": form is not None or "compose" in request.GET,
        "around": around_shown(page.shown, request) if page.shown else None,
    }
    return render_page(request, "desk/contact.html", context, at=at, status=422 if form else 200)


def around_shown(shown: JourneySheet, request: Request) -> Around:
    return around(shown.journey, request.user, mine=request.GET.get("who") == "mine", why="why" in request.GET)


def tab_for(wanted: str, page: ContactPage, allowed: Allowed) -> str:
    """What was asked for, else the way that reaches them; of what they may."""
    possible = (wanted, page.best_channel, "note", *COMPOSER_FORMS)
    return next((tab for tab in possible if tab in allowed.tabs), "note")


def read_id(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
