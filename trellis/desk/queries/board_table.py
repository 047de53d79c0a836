"""The board as a table: the same journeys in one list by deadline."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Q, prefetch_related_objects

from trellis.core.condition_query import RowByRow
from trellis.desk.queries.board_paths import Ground, Path
from trellis.desk.queries.filtering import JourneyFilter
from trellis.desk.queries.names import called
from trellis.desk.queries.open_journeys import cursor_at, open_journeys, read_cursor
from trellis.desk.queries.today import STEP_ICONS
from trellis.journeys.models import MACHINE_KINDS, Journey

PAGE = 50
LATEST_FIRST = "-due"
COLUMNS = (
    *("status", "contact", "stage", "owner", "next_task", "due_at", "value_minor", "currency", "priority_at"),
    *("contact__name", "stage__title", "owner__name", "owner__hue"),
    *("next_task__kind", "next_task__title", "next_task__created_at"),
)


@dataclass(frozen=True, kw_only=True)
class TableRow:
    """One open journey; `position` is that of its column, of `columns`."""

    journey: Journey
    name: str
    position: int

    @property
    def is_automatic(self) -> bool:
        return self.journey.next_task is not None and self.journey.next_task.kind in MACHINE_KINDS

    @property
    def step_icon(self) -> str:
        return STEP_ICONS[self.journey.next_task.kind] if self.journey.next_task else "circle-alert"


@dataclass(frozen=True, kw_only=True)
class Table:
    rows: Sequence[TableRow]
    columns: int
    after: str
    latest_first: bool


def table_of(ground: Ground, shown: JourneyFilter, *, paths: Sequence[Path], after: str, sort: str) -> Table:
    """One page, by deadline. `after` is where the page before it ended. One query, or two."""
    latest_first = sort == LATEST_FIRST
    stages = [place.pk for path in paths for place in path.places]
    # Nearly all of them stand in these stages: their deadline leads, and is seldom read past the page.
    standing = open_journeys(shown.user).alias(place=RowByRow(F("stage"))).filter(place__in=stages)
    found = shown.narrow(standing, in_order=True)
    if cursor := read_cursor(after):
        due, pk = cursor
        further = Q(due_at__lt=due) | Q(pk__lt=pk) if latest_first else Q(due_at__gt=due) | Q(pk__gt=pk)
        found = found.filter(further, Q(due_at__lte=due) if latest_first else Q(due_at__gte=due))
    order = ("-due_at", "-pk") if latest_first else ("due_at", "pk")
    # Which ones is asked within: SQLite begins with the smallest of the tables that it joins, and would sort all.
    first = Journey.objects.filter(pk__in=found.order_by(*order).values("pk")[: PAGE + 1])
    page = list(first.select_related("contact", "stage", "owner", "next_task").only(*COLUMNS).order_by(*order))
    prefetch_related_objects([journey.contact for journey in page if not journey.contact.name], "points")
    places = {place.pk: number for number, path in enumerate(paths) for place in path.places}
    return Table(
        rows=[
            TableRow(
                journey=journey, name=called(journey.contact, shown.viewer.region), position=places[journey.stage_id]
            )
            for journey in page[:PAGE]
        ],
        columns=len(paths),
        after=cursor_at(page[PAGE - 1]) if len(page) > PAGE else "",
        latest_first=latest_first,
    )
