"""Taking back what was done a moment ago."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from trellis.core.refusal import Refused
from trellis.desk.views.sayings import and_next
from trellis.intake.models import Signal
from trellis.journeys.models import Act, Journey
from trellis.journeys.undoing import CHANGED, undo_act
from trellis.steps.capture.actions.take_back import take_back_signal
from trellis.web.asking import changes
from trellis.web.doors import Request, go_to, page_to_return_to
from trellis.web.sayings import say


@changes
@require_POST
def undo(request: Request, act_id: UUID, *, at: datetime) -> HttpResponse:
    """Only whoever did it takes it back. Another act on the same lead may have taken its place meanwhile."""
    act = Act.objects.filter(pk=act_id, by=request.user).first()
    try:
        if act is None:
            raise Refused("changed_since", CHANGED)
        journey = undo_act(act, by=request.user, at=at)
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        say(request, and_next("Taken back.", journey, to=request.user, at=at) if journey else "Taken back.")
    return go_to(request, page_to_return_to(request, reverse("desk:today")))


@changes
@require_POST
def undo_signal(request: Request, signal_id: UUID, *, at: datetime) -> HttpResponse:
    """A lead that was added, or a signal that was taken back in, by whoever did that."""
    signal = get_object_or_404(Signal.objects.visible_to(request.user), pk=signal_id)
    back = page_to_return_to(request, reverse("desk:today"))
    try:
        settled = take_back_signal(signal, by=request.user, at=at)
    except Refused as refused:
        messages.error(request, refused.sentence)
        return go_to(request, back)
    journey = (
        Journey.objects.genuine().visible_to(request.user).filter(pk=signal.journey_id).first()
        if signal.journey_id
        else None
    )
    if journey:
        say(request, and_next("Taken back.", journey, to=request.user, at=at))
        return go_to(request, back)
    say(request, "Taken back: it is no lead, and nothing is sent.")
    return go_to(request, reverse("desk:today") if settled.added_by else back)
