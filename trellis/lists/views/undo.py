"""Taking back what was changed in a list a moment ago."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from trellis.core.refusal import Refused
from trellis.journeys.changing import undo_journey_change
from trellis.team.models import Change, User
from trellis.team.permissions import may
from trellis.team.undoing import GONE
from trellis.web.doors import Request, go_to, page_to_return_to, signed_in
from trellis.web.sayings import say

# What may be taken back here, and whose right that takes; settings have a door of their own.
NOUNS: Mapping[str, str] = {
    **dict.fromkeys(("people.contact", "people.contactpoint", "people.contacttag", "people.consent"), "contact"),
    **dict.fromkeys(("people.possibleduplicate", "people.company"), "contact"),
    "people.segment": "segment",
    "journeys.journey": "journey",
    "lists.savedview": "",
}


@signed_in
@require_POST
def undo(request: Request, change_id: UUID, *, at: datetime) -> HttpResponse:
    """Only whoever did it takes it back."""
    change = Change.objects.filter(pk=change_id, by=request.user).first()
    if change and not may_take_back(request.user, change):
        raise PermissionDenied
    try:
        if change is None or not all(row["table"] in NOUNS for row in change.rows):
            raise Refused("too_late", GONE)
        undo_journey_change(change, by=request.user, at=at)
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        say(request, "Taken back. It is as it was before.")
    return go_to(request, back_to(request, change))


def may_take_back(user: User, change: Change) -> bool:
    """Whoever might make the change still."""
    nouns = {NOUNS.get(row["table"], "") for row in change.rows} - {""}
    return all(may(user, "change", noun) for noun in nouns)


def back_to(request: Request, change: Change | None) -> str:
    """Where they were; the plain list, or that of segments, where what they looked at is gone by that."""
    back = page_to_return_to(request, reverse("lists:start"))
    if change and any(row["table"] == "people.segment" and row["before"].get("retired_at") for row in change.rows):
        return reverse("lists:segments")
    own_pages = ("lists.savedview", "people.contact", "people.company")
    added = [row["id"] for row in change.rows if row["table"] in own_pages and row["before"] is None] if change else []
    return reverse("lists:start") if any(one in back for one in added) else back
