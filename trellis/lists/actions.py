"""Keeping a list as a view, sharing it, pinning it and letting a list open with it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from trellis.core.refusal import Refused
from trellis.core.text import clean_line
from trellis.lists.models import SavedView
from trellis.team.models import User
from trellis.team.undoing import keeping, this

MOST_VIEWS = 200


def save_view(
    *,
    listing: str,
    name: str,
    asks: Mapping[str, Any],
    is_shared: bool = False,
    is_pinned: bool = False,
    is_first: bool = False,
    by: User,
    at: datetime,
) -> SavedView:
    """Keep a list as it is asked for under a name of one's own."""
    theirs = SavedView.objects.filter(owner=by, listing=listing)
    name = _checked(name, by, listing)
    if theirs.count() >= MOST_VIEWS:
        raise Refused("too_many", f"{MOST_VIEWS} views are as many as fit in a list: remove one that you do not use.")
    with keeping(theirs, by=by, at=at):
        if is_first:
            theirs.update(first_at=None)
        return SavedView.objects.create(
            listing=listing,
            name=name,
            asks=dict(asks),
            owner=by,
            created_at=at,
            shared_at=at if is_shared else None,
            pinned_at=at if is_pinned else None,
            first_at=at if is_first else None,
        )


def change_view(
    view: SavedView, *, name: str, is_shared: bool, is_pinned: bool, is_first: bool, by: User, at: datetime
) -> SavedView:
    """Call it something else, share it or keep it to oneself, pin it, open the list with it."""
    theirs = SavedView.objects.filter(owner=view.owner_id, listing=view.listing)
    view.name = _checked(name, by, view.listing, but=view)
    with keeping(theirs, by=by, at=at):
        if is_first:
            theirs.exclude(pk=view.pk).update(first_at=None)
        view.shared_at = (view.shared_at or at) if is_shared else None
        view.pinned_at = (view.pinned_at or at) if is_pinned else None
        view.first_at = (view.first_at or at) if is_first else None
        view.save(update_fields=["name", "shared_at", "pinned_at", "first_at"])
    return view


def keep_view(view: SavedView, *, asks: Mapping[str, Any], by: User, at: datetime) -> SavedView:
    """From now on it asks for this."""
    with keeping(this(view), by=by, at=at):
        view.asks = dict(asks)
        view.save(update_fields=["asks"])
    return view


def remove_view(view: SavedView, *, by: User, at: datetime) -> None:
    """Nobody finds it any more; the records that it showed stay."""
    with keeping(this(view), by=by, at=at):
        view.delete()


def _checked(name: str, by: User, listing: str, but: SavedView | None = None) -> str:
    name = clean_line(name, 80)
    if not name:
        raise Refused("no_name", "A view has a name: write one, such as Quiet customers.")
    used = SavedView.objects.filter(owner=by, listing=listing, name__iexact=name)
    if (used.exclude(pk=but.pk) if but else used).exists():
        raise Refused("name_taken", f"You have a view called {name} already: choose another name.")
    return name
