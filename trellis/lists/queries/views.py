"""The views that somebody has of a list."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from trellis.lists.models import SavedView

MOST = 100


def views_of(listing: str, user: Any) -> list[SavedView]:
    """Theirs and the shared ones, the pinned first. One query."""
    found = SavedView.objects.open_to(user).filter(listing=listing).select_related("owner").order_by("name", "pk")
    return sorted(found[:MOST], key=lambda view: view.pinned_at is None)


def view_asked(views: Sequence[SavedView], wanted: str | None, user: Any) -> SavedView | None:
    """The one that the address names; the one that their list opens with where it names none ("" is the plain list)."""
    if wanted is None:
        return next((view for view in views if view.first_at and view.owner_id == user.pk), None)
    try:
        pk = UUID(wanted)
    except ValueError:
        return None
    return next((view for view in views if view.pk == pk), None)
