"""What a toast says: what happened, and the next step that is now set."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from trellis.intake.models import Signal, SignalState
from trellis.journeys.models import Act, Journey
from trellis.journeys.queries import with_next_step
from trellis.journeys.undoing import act_at
from trellis.team.models import User
from trellis.team.queries import business
from trellis.team.undoing import change_at
from trellis.web.pages import viewer_for
from trellis.web.sayings import Said
from trellis.web.times import short_moment


def and_next(said: str, journey: Journey, *, to: Any, at: datetime, had: User | None = None) -> Said:
    """`said`, what comes next for the customer as the database has it now, and how to take it back.

    Where somebody else owns it now than who `had` it, they are named.
    """
    return and_undo(words_for(said, journey, to, at, had), act_at(journey.pk, at))


def and_undo(said: str, act: Act | None) -> Said:
    return Said(said, undo=reverse("desk:undo", args=[act.pk]) if act else "")


def and_undo_change(said: str, *, by: User, at: datetime) -> str:
    """With the way back, which is that of the lists; nothing where nothing was different."""
    change = change_at(by=by, at=at)
    return Said(said, undo=reverse("lists:undo", args=[change.pk])) if change else ""


def and_undo_signal(said: str, signal: Signal, *, by: User) -> Said:
    """Taken back as a whole: the lead, the person where nobody knew them before, and the signal."""
    is_theirs = signal.let_in_by == by and (signal.state == SignalState.WAITING or act_of(signal) is not None)
    return Said(said, undo=reverse("desk:undo_signal", args=[signal.pk]) if is_theirs else "")


def act_of(signal: Signal) -> Act | None:
    return act_at(signal.journey_id, signal.settled_at) if signal.journey_id and signal.settled_at else None


def words_for(said: str, journey: Journey, to: Any, at: datetime, had: User | None = None) -> str:
    now = with_next_step(Journey.objects.filter(pk=journey.pk)).get()
    viewer = viewer_for(to, at, business())
    whom = now.contact.first_name or "them"
    if now.status == "closed":
        return f"{said} Nothing more is planned for {whom}."
    if now.status == "parked" and now.parked_until:
        return f"{said} {whom} is parked until {short_moment(now.parked_until, viewer)}."
    if now.next_task is None or now.due_at is None:
        return said
    step = now.next_task.title
    who = f" for {now.owner.first_name}, who has it now" if now.owner and had and now.owner != had else ""
    return f"{said} Next for {whom}: {step[:1].lower()}{step[1:]}, {short_moment(now.due_at, viewer)}{who}."
