"""Signals: what came in, where it ended, and taking back what was set aside."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from trellis.core.refusal import Refused
from trellis.desk.queries.changes import cursor_now
from trellis.desk.queries.signals import forget_counts, signal_list
from trellis.desk.views.reach import signal_to_change
from trellis.desk.views.sayings import and_undo_signal
from trellis.intake.actions import restore
from trellis.intake.models import Signal, SignalState
from trellis.team.permissions import may
from trellis.team.queries import business
from trellis.web.asking import changes
from trellis.web.doors import Request, go_to, page_to_return_to, signed_in
from trellis.web.pages import render_page, viewer_for
from trellis.web.sayings import say


@signed_in
def signals(request: Request, *, at: datetime) -> HttpResponse:
    state, after = request.GET.get("state", ""), request.GET.get("after", "")
    viewer = viewer_for(request.user, at, business())
    context = {
        "current": "signals",
        "live": cursor_now(at),
        "state": state,
        "list": signal_list(user=request.user, state=state, after=after, viewer=viewer),
        "can_add": may(request.user, "add", "journey"),
    }
    return render_page(request, "desk/signals.html", context, at=at)


@changes
@require_POST
def take_back(request: Request, signal_id: UUID, *, at: datetime) -> HttpResponse:
    signal = signal_to_change(request.user, signal_id)
    try:
        settled = restore(signal, by=request.user, at=at)
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        forget_counts(at)
        say(request, and_undo_signal(said_of(settled), settled, by=request.user))
    return go_to(request, page_to_return_to(request, reverse("desk:signals")))


def said_of(signal: Signal) -> str:
    match signal.state:
        case SignalState.ATTACHED:
            return "Taken back in. It started a lead with an owner, a next step and a deadline."
        case SignalState.JOINED:
            return "Taken back in. It joined the lead it belongs to."
        case SignalState.SET_ASIDE:
            return f"Looked at again and set aside: {signal.reason}."
        case _:
            return "Taken back in. It is waiting to be understood and is tried again by itself."
