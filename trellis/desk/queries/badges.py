"""The numbers around every page: what is mine today, who waits for us, what is to be understood, what is covered."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan

from trellis.core.memory import keep, kept
from trellis.desk.queries.coverage import LACKING, Covered, keep_covered, kept_covered
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
    asked = {"mine": size_of(due_today(user, viewer))}
    asked |= how_many_wait() if shared is None else {}
    asked |= how_many_are_open() if covered is None else {}
    # The user's own row, as there always is one.
    found = User.objects.filter(pk=user.pk).values(**asked).get()
    if shared is None:
        shared = keep(SHARED, lambda: {name: found[name] for name in ("owed", "waiting")})
    if covered is None:
        covered = keep_covered(Covered(total=found["total"], gaps=found["gaps"]))
    return Badges(mine=found["mine"], covered=covered, **shared)


def how_many_wait() -> dict[str, Any]:
    promises = size_of(owed_replies())
    people = size_of(owed_replies(), Count("journey__contact", distinct=True))
    return {
        "owed": Case(When(GreaterThan(promises, FEW), then=promises), default=people),
        "waiting": size_of(Signal.objects.filter(state=SignalState.WAITING)),
    }


def how_many_are_open() -> dict[str, Any]:
    return {"total": size_of(open_journeys()), "gaps": size_of(open_journeys().filter(LACKING))}


def size_of(rows: QuerySet[Any], size: Count | None = None) -> Coalesce:
    counted = rows.order_by().annotate(all=Value(1)).values("all").annotate(size=size or Count("*"))
    return Coalesce(Subquery(counted.values("size")), 0)
