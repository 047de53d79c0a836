"""Taking back what was done a moment ago."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from trellis.core.refusal import Refused
from trellis.desk.views.sayings import and_next
from trellis.journeys.models import Act
from trellis.journeys.undoing import undo_act
from trellis.web.asking import changes
from trellis.web.doors import Request, go_to, page_to_return_to
from trellis.web.sayings import say

GONE = "Something else happened here since then. Look again, and change it by hand."


@changes
@require_POST
def undo(request: Request, act_id: UUID, *, at: datetime) -> HttpResponse:
    """Only whoever did it takes it back. Another act on the same lead may have taken its place meanwhile."""
    act = Act.objects.filter(pk=act_id, by=request.user).first()
    try:
        if act is None:
            raise Refused("changed_since", GONE)
        journey = undo_act(act, by=request.user, at=at)
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        say(request, and_next("Taken back.", journey, to=request.user, at=at))
    return go_to(request, page_to_return_to(request, reverse("desk:today")))
