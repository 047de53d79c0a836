"""Taking back what was changed a moment ago."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from trellis.core.refusal import Refused
from trellis.setup.permissions import is_of_settings, may_take_back
from trellis.team.models import Change
from trellis.team.undoing import GONE, undo_change
from trellis.web.doors import Request, go_to, page_to_return_to, signed_in
from trellis.web.pages import render_page
from trellis.web.sayings import say

# The list that a thing stood in whose own page is gone.
LISTS = {"capture.form": "setup:forms", "team.calendar": "setup:hours"}


@signed_in
@require_POST
def undo(request: Request, change_id: UUID, *, at: datetime) -> HttpResponse:
    """Only whoever did it takes it back, and only while they might still do it."""
    change = Change.objects.filter(pk=change_id, by=request.user).first()
    if change and is_of_settings(change) and not may_take_back(request.user, change):
        return render_page(request, "web/not_allowed.html", {}, at=at, status=403)
    back = page_to_return_to(request, reverse("setup:settings"))
    try:
        if change is None or not is_of_settings(change):
            raise Refused("too_late", GONE)
        undo_change(change, by=request.user, at=at)
    except Refused as refused:
        messages.error(request, refused.sentence)
        return go_to(request, back)
    say(request, "Taken back. It is as it was before.")
    return where_to(request, change, back)


def where_to(request: Request, change: Change, back: str) -> HttpResponse:
    """Where they were; a list where the page itself is gone. Looks and clocks hold for the whole page: it is loaded."""
    added = (LISTS.get(row["table"]) for row in change.rows if row["before"] is None)
    back = next((reverse(name) for name in added if name), back)
    if getattr(request, "htmx", None) and any(row["table"] == "team.user" for row in change.rows):
        return HttpResponse(status=204, headers={"HX-Redirect": back})
    return go_to(request, back)
