"""The numbers around every page: what is mine today, who waits for us, what is to be understood, what is covered."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, When
from django.db.models.lookups import GreaterThan

from trellis.core.memory import keep, kept
from trellis.core.questions import SizeOf, ask_together
from trellis.desk.queries.coverage import Covered, keep_covered, kept_covered
from trellis.desk.queries.due import due_today
from trellis.desk.queries.inbox import owed_replies
from trellis.desk.queries.open_journeys import all_open
from trellis.intake.models import Signal, SignalState
from trellis.team.models import User
from trellis.team.permissions import reach_of, sees_all
from trellis.team.roles import Reach
from trellis.web.times import Viewer

# Some people have two open journeys; where more wait than this, nobody notices that they are counted twice.
FEW = 1_000
SHARED = "desk.badges"


@dataclass(frozen=True, kw_only=True)
class Badges:
    """What the user owes today, who waits for a word from us, and signals to be understood.

    What is covered is told to whoever sees all.
    """

    mine: int
    owed: int
    waiting: int
    covered: Covered | None


def badges(user: User, viewer: Viewer) -> Badges:
    """One query. What is the same for everybody is at most two seconds old; coverage ten, where much is open."""
    name = f"{SHARED}.{shared_by(user)}"
    shared: dict[str, int] | None = kept(name)
    covered = kept_covered() if sees_all(user) else None
    asked = {"mine": SizeOf(due_today(user, viewer))}
    asked |= how_many_wait(user) if shared is None else {}
    asked |= how_many_are_open() if sees_all(user) and covered is None else {}
    found = ask_together(user, **asked)
    if shared is None:
        shared = keep(name, lambda: {name: found[name] for name in ("owed", "waiting")})
    if covered is None and sees_all(user):
        covered = keep_covered(Covered(total=found["total"], gaps=found["gaps"]))
    return Badges(mine=found["mine"], covered=covered, **shared)


def shared_by(user: User) -> str:
    """Whose numbers are the same: all that they count is seen by everybody who reaches as far, else by them alone."""
    seen = [reach_of(user, "see", noun) for noun in ("journey", "conversation", "signal")]
    return "" if set(seen) == {Reach.ALL} else "~".join(map(str, [user.pk, *seen]))


def how_many_wait(user: User) -> dict[str, Any]:
    promises = SizeOf(owed_replies(user))
    people = SizeOf(owed_replies(user).values("journey__contact").distinct())
    return {
        "owed": Case(When(GreaterThan(promises, FEW), then=promises), default=people),
        "waiting": SizeOf(Signal.objects.visible_to(user).filter(state=SignalState.WAITING)),
    }


def how_many_are_open() -> dict[str, Any]:
    """Both along an index alone; what lacks something is looked up in it, column by column."""
    nobodys, undated = all_open().filter(owner=None), all_open().filter(due_at=None)
    gaps = SizeOf(nobodys) + SizeOf(undated.filter(owner__isnull=False))
    return {"total": SizeOf(all_open()), "gaps": gaps}
