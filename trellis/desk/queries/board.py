"""The board: open journeys in columns by stage, each with its owner, its next step and its deadline."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.db.models import Q, QuerySet, prefetch_related_objects

from trellis.desk.queries.board_counts import Stays, Tally, add_up, first_of_each, say_median, stays_in, tallies_of
from trellis.desk.queries.board_paths import MILESTONES, Ground, Path
from trellis.desk.queries.board_touch import Touch, touches_of, with_last_events
from trellis.desk.queries.filtering import JourneyFilter
from trellis.desk.queries.names import called
from trellis.desk.queries.today import STEP_ICONS, cursor_at, open_journeys, read_cursor, shorten
from trellis.journeys.models import MACHINE_KINDS, Journey
from trellis.journeys.playbook.schema import WON_PHASES
from trellis.people.models import ContactTag, Tag
from trellis.web.times import DAY, Viewer, time_left

# A column starts with as many cards as fit on a tall screen, and goes on by the page.
FIRST, PAGE, DEEPEST = 12, 25, 200
TAGS_SHOWN = 3
REASON = 60
QUIET_AFTER = 2 * DAY
COLUMNS = (
    *("status", "contact", "stage", "owner", "next_task", "due_at", "title", "words", "context", "value_minor"),
    *("currency", "priority_at", "started_at", "heard_at", "spoke_at", "contact__name", "stage__phase"),
    *("owner__name", "owner__hue", "next_task__kind", "next_task__title", "next_task__created_at"),
)


@dataclass(frozen=True, kw_only=True)
class Card:
    """One open journey on the board."""

    journey: Journey
    name: str
    touch: Touch
    tags: Sequence[Tag]
    viewer: Viewer

    @property
    def is_automatic(self) -> bool:
        return self.journey.next_task is not None and self.journey.next_task.kind in MACHINE_KINDS

    @property
    def step_icon(self) -> str:
        return STEP_ICONS[self.journey.next_task.kind] if self.journey.next_task else "circle-alert"

    @property
    def reason(self) -> str:
        return shorten(self.journey.words, REASON) or self.journey.title or self.touch.event

    @property
    def is_late(self) -> bool:
        due = self.journey.due_at
        return not self.is_automatic and due is not None and due <= self.viewer.now

    @property
    def is_soon(self) -> bool:
        due, task = self.journey.due_at, self.journey.next_task
        return bool(due and task and time_left(due, task.created_at, self.viewer).state == "soon")

    @property
    def quiet_days(self) -> int:
        """For how many days they have not answered us; 0 while it is our turn, or once they are won."""
        journey = self.journey
        heard = journey.heard_at or journey.started_at
        if journey.stage.phase in WON_PHASES or journey.spoke_at is None or journey.spoke_at < heard:
            return 0
        silence = self.viewer.now - heard
        return silence // DAY if silence >= QUIET_AFTER else 0

    @property
    def shown_tags(self) -> Sequence[Tag]:
        """As many as there is room for beside Priority and how long it has been quiet."""
        taken = bool(self.journey.priority_at) + bool(self.quiet_days)
        return self.tags[: TAGS_SHOWN - taken]


@dataclass(frozen=True, kw_only=True)
class Column:
    """A stage or a phase. `after` is where the next page of its cards begins; `stay` says how long journeys stay."""

    path: Path
    tally: Tally
    cards: Sequence[Card]
    after: str
    stay: str

    @property
    def is_late(self) -> bool:
        return bool(self.tally.overdue or self.tally.soon)


@dataclass(frozen=True, kw_only=True)
class Board:
    ground: Ground
    columns: Sequence[Column]
    total: Tally
    way: str
    milestone: str


@dataclass(frozen=True, kw_only=True)
class Extent:
    """How much of the columns to show: `depths` cards from the top; `column` goes on after a cursor instead."""

    depths: Mapping[str, int]
    column: str = ""
    after: str = ""

    def of(self, key: str) -> tuple[int, str]:
        return (PAGE, self.after) if key == self.column else (self.depths.get(key, FIRST), "")


def read_extent(depth: str, column: str, after: str) -> Extent:
    """From an address: `depth` is key.count~key.count; what cannot be read counts for nothing."""
    pairs = (part.rpartition(".") for part in depth.split("~"))
    depths = {key: min(max(int(count), FIRST), DEEPEST) for key, _, count in pairs if count.isdecimal()}
    return Extent(depths=depths, column=column, after=after)


def board_of(ground: Ground, shown: JourneyFilter, extent: Extent) -> Board:
    """The whole board in about six queries, however many columns it has."""
    stages = [place.pk for place in ground.places]
    tallies, stays = tallies_of(stages, shown), stays_in(stages)
    paths = ground.paths(tallies)
    walking = read_columns(paths, shown, extent)
    columns = [column_of(path, walking[path.key], tallies, stays, extent) for path in paths]
    reached = MILESTONES[ground.kind]
    ways = [way for path in paths if path.phase == reached for way in ways_to(path, stays)]
    return Board(
        ground=ground,
        columns=columns,
        total=add_up(tallies.values()),
        way=say_median(ways),
        milestone=next((path.title.lower() for path in paths if path.phase == reached), ""),
    )


def more_of(ground: Ground, shown: JourneyFilter, extent: Extent) -> Column | None:
    """The next page of one column; None where there is no such column."""
    paths = ground.paths({place.pk for place in ground.places})
    path = next((path for path in paths if path.key == extent.column), None)
    return column_of(path, read_columns([path], shown, extent)[path.key], {}, {}, extent) if path else None


def column_of(
    path: Path, cards: list[Card], tallies: Mapping[UUID, Tally], stays: Mapping[UUID, Stays], extent: Extent
) -> Column:
    size, _ = extent.of(path.key)
    stages = [place.pk for place in path.places]
    page = cards[:size]
    return Column(
        path=path,
        tally=with_early_ones(add_up(tallies[pk] for pk in stages if pk in tallies), page),
        cards=page,
        after=cursor_at(page[-1].journey) if len(cards) > size else "",
        stay=say_median(span for pk in stages if pk in stays for span in stays[pk].spans),
    )


def with_early_ones(tally: Tally, cards: Sequence[Card]) -> Tally:
    """A long window is soon over earlier than most: those cards count as they look."""
    counted = len([card for card in cards if card.is_soon and not card.is_late])
    return replace(tally, soon=max(tally.soon, counted)) if counted else tally


def ways_to(path: Path, stays: Mapping[UUID, Stays]) -> Iterator[timedelta]:
    """How long the last ones took from the first touch to this column."""
    for place in path.places:
        if place.pk in stays:
            yield from stays[place.pk].ways


def read_columns(paths: Sequence[Path], shown: JourneyFilter, extent: Extent) -> dict[str, list[Card]]:
    """The cards of each column by deadline, one more than it shows. Four or five queries."""
    parts = [part for path in paths for part in parts_of(path, shown, extent)]
    wanted = first_of_each(parts)
    found = with_last_events(Journey.objects.filter(pk__in=wanted)) if wanted is not None else Journey.objects.none()
    rows = found.select_related("contact", "stage", "owner", "next_task").only(*COLUMNS).order_by("due_at", "pk")
    cards = cards_of(list(rows), shown)
    by_stage: defaultdict[UUID, list[Card]] = defaultdict(list)
    for card in cards:
        by_stage[card.journey.stage_id].append(card)
    return {
        path.key: sorted(
            (card for place in path.places for card in by_stage[place.pk]),
            key=lambda card: (card.journey.due_at, card.journey.pk),
        )
        for path in paths
    }


def parts_of(path: Path, shown: JourneyFilter, extent: Extent) -> Iterator[QuerySet[Journey]]:
    """The first of each stage: along its index, whatever other stages the column has."""
    size, after = extent.of(path.key)
    for place in path.places:
        part = shown.narrow(open_journeys().filter(stage=place.pk))
        if cursor := read_cursor(after):
            due, pk = cursor
            part = part.filter(Q(due_at__gt=due) | Q(pk__gt=pk), due_at__gte=due)
        yield part.order_by("due_at", "pk")[: size + 1]


def cards_of(journeys: Sequence[Journey], shown: JourneyFilter) -> list[Card]:
    touches, tags = touches_of(journeys), tags_of(journeys) if shown.tags else {}
    prefetch_related_objects([journey.contact for journey in journeys if not journey.contact.name], "points")
    return [
        Card(
            journey=journey,
            name=called(journey.contact, shown.viewer.region),
            touch=touches[journey.pk],
            tags=tags.get(journey.contact_id, []),
            viewer=shown.viewer,
        )
        for journey in journeys
    ]


def tags_of(journeys: Sequence[Journey]) -> dict[UUID, list[Tag]]:
    worn: defaultdict[UUID, list[Tag]] = defaultdict(list)
    found = ContactTag.objects.filter(contact__in=[journey.contact_id for journey in journeys])
    for row in found.select_related("tag").order_by("tag__name"):
        worn[row.contact_id].append(row.tag)
    return worn
