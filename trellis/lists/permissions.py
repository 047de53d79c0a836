"""Who has long work of the lists to watch and may stop it."""

from typing import Any

from trellis.lists.bulk import act_named
from trellis.lists.listing import listings
from trellis.team.models import Run
from trellis.team.permissions import can_import, may


def can_begin_work(user: Any) -> bool:
    """Change many records at once, or bring a list in: what then goes on by itself they see under Work."""
    return may(user, "change", "contact") or may(user, "change", "journey") or can_import(user)


def may_steer(who: Any, run: Run) -> bool:
    """Pause what one began, go on with it and take it back: whoever might begin it still."""
    noun = noun_of(run)
    return may(who, "change", noun) if noun else can_import(who)


def noun_of(run: Run) -> str:
    """What it changes, or takes back a change of; of an import nothing that a list shows."""
    given = (run.undoes or run).given
    listing = listings().get(given.get("listing", ""))
    act = act_named(listing.key, given.get("act", "")) if listing else None
    return act.noun_in(listing) if act and listing else listing.noun if listing else ""
