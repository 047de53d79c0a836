"""The numbers around every page: what is mine today, who waits for us, what is to be understood, what is covered."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, When
from django.db.models.lookups import GreaterThan

from trellis.core.memory import keep, kept
from trellis.core.questions import SizeOf, ask_together
from trellis.desk.queries.coverage import Covered, keep_covered, kept_covered
from trellis.desk.queries.inbox import owed_replies
from trellis.desk.queries.today import due_today, open_journeys
from trellis.intake.models import Signal, SignalState
from trellis.team.models import User
from trellis.web.times import Viewer

# Some people have two open journeys; where more wait than this, nobody notices that they are counted twice.
FEW = 1_000
SHARED = "desk.badges"


@dataclass(frozen=True, kw_only=True)
class Badges:
    """What the user owes today, people who wait for a word from us, signals to be understood, and what is covered."""

    mine: int
    owed: int
    waiting: int
    covered: Covered


def badges(user: User, viewer: Viewer) -> Badges:
    """One query. What is the same for everybody is at most two seconds old; coverage ten, where much is open."""
    shared: dict[str, int] | None = kept(SHARED)
    covered = kept_covered()
    asked = {"mine": SizeOf(due_today(user, viewer))}
    asked |= how_many_wait() if shared is None else {}
    asked |= how_many_are_open() if covered is None else {}
    found = ask_together(user, **asked)
    if shared is None:
        shared = keep(SHARED, lambda: {name: found[name] for name in ("owed", "waiting")})
    if covered is None:
        covered = keep_covered(Covered(total=found["total"], gaps=found["gaps"]))
    return Badges(mine=found["mine"], covered=covered, **shared)


def how_many_wait() -> dict[str, Any]:
    promises = SizeOf(owed_replies())
    people = SizeOf(owed_replies().values("journey__contact").distinct())
    return {
        "owed": Case(When(GreaterThan(promises, FEW), then=promises), default=people),
        "waiting": SizeOf(Signal.objects.filter(state=SignalState.WAITING)),
    }


def how_many_are_open() -> dict[str, Any]:
    """Both along an index alone; what lacks something is looked up in it, column by column."""
    nobodys, undated = open_journeys().filter(owner=None), open_journeys().filter(due_at=None)
    gaps = SizeOf(nobodys) + SizeOf(undated.filter(owner__isnull=False))
    return {"total": SizeOf(open_journeys()), "gaps": gaps}
