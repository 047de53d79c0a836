"""The heads of the columns in numbers: how many, worth what, on time or not, and how long journeys stay."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from statistics import median
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import Aggregate, CharField, Count, F, OuterRef, QuerySet, Sum, Value

from trellis.core.among import Id
from trellis.core.questions import IdsOf, RowsOf
from trellis.desk.permissions import shared_as
from trellis.desk.queries.filtering import JourneyFilter
from trellis.desk.queries.open_journeys import open_journeys
from trellis.journeys.models import PERSON_KINDS, Journey, Stage, StageVisit
from trellis.web.times import DAY, HOUR, MINUTE, length

# As `time_left` has it: every deadline that close is soon, however long the window was.
SOON = 10 * MINUTE
# Where many journeys are open, they are counted at most this often in a process.
MANY = 5_000
KEPT_SECONDS = 10
# Those with a tag are looked up one by one: a hundred thousand take a third of a second.
TAGGED_KEPT_SECONDS = 60
# The median of a stage, and of the way to it, is that of the last visits that ended.
SAMPLE = 100
MEDIANS_KEPT_SECONDS = 300
WHAT = ("open", "soon", "overdue")
NONE = Value("", output_field=CharField())


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many open journeys, how many of them due soon or overdue, and what they are worth by currency."""

    count: int = 0
    overdue: int = 0
    soon: int = 0
    worth: Mapping[str, int] = field(default_factory=dict)

    @property
    def on_time(self) -> int:
        return max(self.count - self.overdue - self.soon, 0)

    @property
    def worst(self) -> str:
        """In words: the worst that is there."""
        if self.overdue:
            return f"{self.overdue} overdue"
        return f"{self.soon} due soon" if self.soon else "all on time"


def add_up(tallies: Iterable[Tally]) -> Tally:
    found = list(tallies)
    worth: defaultdict[str, int] = defaultdict(int)
    for tally in found:
        for currency, minor in tally.worth.items():
            worth[currency] += minor
    return Tally(
        count=sum(tally.count for tally in found),
        overdue=sum(tally.overdue for tally in found),
        soon=sum(tally.soon for tally in found),
        worth=dict(sorted(worth.items())),
    )


def tallies_of(stages: Collection[UUID], shown: JourneyFilter) -> dict[UUID, Tally]:
    """By stage, for those stages where anybody stands. One query; where there are many, at most ten seconds old."""
    asked = [*sorted(map(str, stages)), shown.query, str(shown.viewer.today), shared_as(shown.user)]
    key = f"desk.board.{sha256('~'.join(asked).encode()).hexdigest()}"
    found: dict[UUID, Tally] | None = cache.get(key)
    if found is None:
        found = count_by_stage(stages, shown)
        # Where many wear the tag or are asked, it is the looking that takes long, however few are found.
        if shown.tag_is_common or shown.horizon or sum(tally.count for tally in found.values()) > MANY:
            cache.set(key, found, KEPT_SECONDS if shown.tag is None else TAGGED_KEPT_SECONDS)
    return found


def count_by_stage(stages: Collection[UUID], shown: JourneyFilter) -> dict[UUID, Tally]:
    """Four readings in one statement, each along an index: of all that are open, overdue, due soon, and of values.

    What Trellis is about to do by itself is not due soon. It is never overdue for longer than a moment either, so those
    are counted along the index alone, however many they are.
    """
    now = shown.viewer.now
    everybody = open_journeys(shown.user).filter(stage__in=stages).order_by()
    standing, few = shown.narrow(everybody), shown.narrow(everybody, in_order=True)
    soon = few.filter(due_at__gt=now, due_at__lte=now + SOON, next_task__kind__in=PERSON_KINDS)
    counts: defaultdict[UUID, list[int]] = defaultdict(lambda: [0, 0, 0])
    worth: defaultdict[UUID, dict[str, int]] = defaultdict(dict)
    readings = reading(standing, "open", Count("*")).union(
        reading(soon, "soon", Count("*")),
        reading(few.filter(due_at__lte=now), "overdue", Count("*")),
        reading(few.filter(value_minor__isnull=False), "worth", Sum("value_minor"), F("currency")),
        all=True,
    )
    for what, stage, currency, number in readings:
        if what == "worth":
            worth[stage][currency] = int(number)
        else:
            counts[stage][WHAT.index(what)] = number
    return {
        stage: Tally(count=count, soon=close, overdue=overdue, worth=worth[stage])
        for stage, (count, close, overdue) in counts.items()
    }


def reading(
    journeys: QuerySet[Journey], what: str, number: Aggregate, currency: F | Value = NONE
) -> QuerySet[Any, Any]:
    """Rows of what it is, stage, currency and number."""
    rows = journeys.values("stage").annotate(what=Value(what), money=currency, number=number)
    return rows.values_list("what", "stage", "money", "number")


@dataclass(frozen=True, kw_only=True)
class Stays:
    """The last stays in a stage that ended: how long each took, and how long after the first touch it began."""

    spans: list[timedelta]
    ways: list[timedelta]


def stays_in(stages: Collection[UUID]) -> dict[UUID, Stays]:
    """By stage, at most five minutes old. One query."""
    key = f"desk.board.stays.{sha256('~'.join(sorted(map(str, stages))).encode()).hexdigest()}"
    return cache.get_or_set(key, lambda: read_stays(stages), MEDIANS_KEPT_SECONDS) or {}


def read_stays(stages: Collection[UUID]) -> dict[UUID, Stays]:
    # A visit without length was taken back: nobody stayed there.
    ended = StageVisit.objects.filter(left_at__gt=F("entered_at")).order_by("-left_at")
    latest = ended.filter(stage=OuterRef("pk")).only("entered_at", "left_at").annotate(began=F("journey__started_at"))
    found = each_of(stages).annotate(latest=RowsOf(latest[:SAMPLE])).values_list("pk", "latest")
    return {
        stage: Stays(
            spans=[visit.left_at - visit.entered_at for visit in visits],
            ways=[max(visit.entered_at - visit.began, timedelta()) for visit in visits],
        )
        for stage, visits in found
    }


def say_median(spans: Iterable[timedelta]) -> str:
    """As short as it may be in a head: 4m, 19h, 1d 6h, 12d; empty for none."""
    seconds = [span.total_seconds() for span in spans]
    if not seconds:
        return ""
    middle = timedelta(seconds=median(seconds))
    if middle < HOUR:
        return f"{max(round(middle / MINUTE), 1)}m"
    if middle < DAY - HOUR / 2:
        return f"{round(middle / HOUR)}h"
    return length(timedelta(hours=round(middle / HOUR))) if middle < 3 * DAY else f"{round(middle / DAY)}d"


def first_of_each(stages: Collection[UUID], rows: QuerySet[Any]) -> dict[UUID, list[Id]]:
    """The ids of the first rows of each stage, which the limited `rows` call OuterRef("pk"). One query."""
    return dict(each_of(stages).annotate(first=IdsOf(rows)).values_list("pk", "first"))


def each_of(stages: Collection[UUID]) -> QuerySet[Stage]:
    return Stage.objects.filter(pk__in=stages).order_by()
