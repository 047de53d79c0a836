"""The board: open journeys in columns by stage, each with its owner, its next step and its deadline."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.db.models import F, OuterRef, Q

from trellis.core.among import Among, Id
from trellis.desk.queries.board_cards import Card, cards_of
from trellis.desk.queries.board_counts import Stays, Tally, add_up, first_of_each, say_median, stays_in, tallies_of
from trellis.desk.queries.board_paths import MILESTONES, Ground, Path
from trellis.desk.queries.filtering import JourneyFilter
from trellis.desk.queries.open_journeys import open_journeys, read_cursor
from trellis.journeys.models import Journey
from trellis.team.permissions import sees_all

# A column starts with as many cards as fit on a large screen, and is read on by the page as one gets there.
FIRST, PAGE, DEEPEST = 8, 25, 200


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
    """The whole board in about seven queries, however many columns it has."""
    stages = [place.pk for place in ground.places]
    # How long others' leads stay is told to whoever sees those.
    tallies, stays = tallies_of(stages, shown), stays_in(stages) if sees_all(shown.user) else {}
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
        after=page[-1].cursor if len(cards) > size else "",
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
    """The cards of each column by deadline, one more than it shows. Five or six queries, one more beside a cursor."""
    begins = defaultdict(list)
    for path in paths:
        _, after = extent.of(path.key)
        begins[after].append(path)
    first = [pk for after, some in begins.items() for pk in first_cards(some, after, shown, extent)]
    cards = cards_of(Journey.objects.filter(Among(F("pk"), first)), shown) if first else []
    by_stage: defaultdict[UUID, list[Card]] = defaultdict(list)
    for card in cards:
        by_stage[card.stage_id].append(card)
    return {
        path.key: sorted(
            (card for place in path.places for card in by_stage[place.pk]),
            key=lambda card: (card.due_at, card.pk),
        )
        for path in paths
    }


def first_cards(paths: Sequence[Path], after: str, shown: JourneyFilter, extent: Extent) -> Iterator[Id]:
    """The ids of the first of each stage: along its index, whatever other stages its column has. One query."""
    sizes = {place.pk: extent.of(path.key)[0] + 1 for path in paths for place in path.places}
    queue = shown.narrow(open_journeys(shown.user).filter(stage=OuterRef("pk")), in_order=True)
    if cursor := read_cursor(after):
        due, pk = cursor
        queue = queue.filter(Q(due_at__gt=due) | Q(pk__gt=pk), due_at__gte=due)
    deepest = max(sizes.values(), default=0)
    for stage, ids in first_of_each(sizes.keys(), queue.order_by("due_at", "pk")[:deepest]).items():
        yield from ids[: sizes[stage]]
