"""What a toast says of a change: what happened, and how to take it back."""

from datetime import datetime

from django.urls import reverse

from trellis.team.models import User
from trellis.team.undoing import change_at
from trellis.web.sayings import Said


def and_undo(said: str, *, by: User, at: datetime) -> Said:
    """`said`, with the address that takes back what they changed at this moment; none where nothing is different."""
    change = change_at(by=by, at=at)
    return Said(said, undo=reverse("setup:undo", args=[change.pk]) if change else "")
