"""The guarantee in numbers: how many open journeys there are, by stage, and how many lack something."""

from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, OuterRef, Q, Subquery

from trellis.desk.queries.open_journeys import all_open
from trellis.journeys.auditor import MANY
from trellis.journeys.models import Stage
from trellis.journeys.playbook.schema import PHASES
from trellis.web.growth import growth_step

# Where many journeys are open, they are counted at most this often in a process: the badge is on every page.
KEPT_SECONDS = 10
KEY, COVERED = "desk.coverage", "desk.covered"
MOST_MARKS = 200


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A diamond of the lattice: the growth step of its stage, or a gap."""

    growth: int
    gap: bool = False


@dataclass(frozen=True, kw_only=True)
class Covered:
    """How many journeys are open, and how many of them lack something."""

    total: int
    gaps: int

    @property
    def covered(self) -> int:
        return self.total - self.gaps


@dataclass(frozen=True, kw_only=True)
class Coverage(Covered):
    by_growth: dict[int, int]

    @property
    def scale(self) -> int:
        """How many journeys one diamond stands for."""
        return max(-(-self.total // MOST_MARKS), 1)

    @property
    def marks(self) -> list[Mark]:
        """The gaps first, then one diamond for each open journey (or `scale` of them), by stage."""
        grown = [
            Mark(growth=step) for step, count in sorted(self.by_growth.items()) for _ in range(-(-count // self.scale))
        ]
        return [Mark(growth=1, gap=True)] * min(self.gaps, MOST_MARKS) + grown


def coverage() -> Coverage:
    """One query; at most ten seconds old where there are many."""
    found: Coverage | None = cache.get(KEY)
    if found is None:
        found = count_coverage()
        if found.total > MANY:
            cache.set(KEY, found, KEPT_SECONDS)
    return found


def kept_covered() -> Covered | None:
    """What was counted in the last seconds, with stages or without."""
    found: Covered | None = cache.get(KEY) or cache.get(COVERED)
    return found


def keep_covered(found: Covered) -> Covered:
    """For a few seconds, where there are many."""
    if found.total > MANY:
        cache.set(COVERED, found, KEPT_SECONDS)
    return found


def count_coverage() -> Coverage:
    """Counted along an index alone. It has no next steps in it: without one there is no deadline either."""
    lacking = Q(owner=None) | Q(due_at=None)
    counted = all_open().values("stage").annotate(count=Count("*"), lacking=Count("stage", filter=lacking))
    phase = Stage.objects.filter(pk=OuterRef("stage")).values("phase")
    by_growth: dict[int, int] = {}
    total = gaps = 0
    for row in counted.annotate(phase=Subquery(phase)):
        step = growth_of(row["phase"])
        by_growth[step] = by_growth.get(step, 0) + row["count"] - row["lacking"]
        total, gaps = total + row["count"], gaps + row["lacking"]
    return Coverage(total=total, gaps=gaps, by_growth=by_growth)


def growth_of(phase: str) -> int:
    """Which color of growth belongs to a phase: stages of different playbooks meet in their phases."""
    phases = next((phases for phases in PHASES.values() if phase in phases), ())
    return growth_step(phases.index(phase), len(phases)) if phases else 1
