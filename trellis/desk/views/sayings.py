"""What a toast says: what happened, and the next step that is now set."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from trellis.journeys.models import Journey
from trellis.journeys.queries import with_next_step
from trellis.journeys.undoing import act_at
from trellis.team.queries import business
from trellis.web.pages import viewer_for
from trellis.web.sayings import Said
from trellis.web.times import short_moment


def and_next(said: str, journey: Journey, *, to: Any, at: datetime) -> Said:
    """`said`, what comes next for the customer as the database has it now, and how to take it back."""
    act = act_at(journey.pk, at)
    return Said(words_for(said, journey, to, at), undo=reverse("desk:undo", args=[act.pk]) if act else "")


def words_for(said: str, journey: Journey, to: Any, at: datetime) -> str:
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
    return f"{said} Next for {whom}: {step[:1].lower()}{step[1:]}, {short_moment(now.due_at, viewer)}."
