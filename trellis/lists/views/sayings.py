"""What a toast of the lists says, with the address that takes it back."""

from datetime import datetime

from django.urls import reverse

from trellis.journeys.models import Journey
from trellis.journeys.undoing import act_at
from trellis.team.models import Run, User
from trellis.team.undoing import change_at
from trellis.web.sayings import Said


def and_undo(said: str, *, by: User, at: datetime) -> Said:
    change = change_at(by=by, at=at)
    return Said(said, undo=reverse("lists:undo", args=[change.pk]) if change else "")


def and_undo_act(said: str, journey: Journey, at: datetime) -> Said:
    act = act_at(journey.pk, at)
    return Said(said, undo=reverse("desk:undo", args=[act.pk]) if act else "")


def and_undo_run(said: str, run: Run) -> Said:
    return Said(said, undo=reverse("lists:undo_run", args=[run.pk]))
