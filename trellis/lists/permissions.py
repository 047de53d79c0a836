"""Who has long work of the lists to watch and may stop it."""

from typing import Any

from trellis.lists.listing import Listing, listings
from trellis.team.models import Run
from trellis.team.permissions import can_import, may


def can_begin_work(user: Any) -> bool:
    """Change many records at once, or bring a list in: what then goes on by itself they see under Work."""
    return may(user, "change", "contact") or may(user, "change", "journey") or can_import(user)


def may_steer(who: Any, run: Run) -> bool:
    """Pause what one began, go on with it and take it back: whoever might begin it still."""
    listing = listing_of(run)
    return may(who, "change", listing.noun) if listing else can_import(who)


def listing_of(run: Run) -> Listing | None:
    """The list that it changes, or takes back a change of; an import changes none."""
    return listings().get((run.undoes or run).given.get("listing", ""))
