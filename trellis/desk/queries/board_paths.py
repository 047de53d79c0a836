"""What the columns of a board are: the phases of a kind of playbook, or the stages of one playbook."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import OuterRef, Subquery

from trellis.core.memory import keep
from trellis.core.refusal import Refused
from trellis.journeys.models import Journey, Playbook, Stage
from trellis.journeys.playbook.schema import PHASES
from trellis.journeys.playbook.schema import Playbook as Document
from trellis.journeys.publish import document_at, document_of

# Where several playbooks meet, their phases have names of their own.
PHASE_TITLES = {
    "new": "New", "conversation": "In conversation", "qualified": "Qualified", "proposal": "Proposal",
    "booked": "Booked", "delivery": "In delivery", "customer": "Customer", "loyal": "Loyal",
    "received": "Received", "working": "Working", "waiting": "Waiting", "solved": "Solved",
    "due": "Due", "in_touch": "In touch", "renewed": "Renewed", "resting": "Resting",
}  # fmt: skip
KIND_TITLES = {"sales": "All journeys", "support": "All support", "care": "All care"}
# Where the way there is measured from the first touch, by kind.
MILESTONES = {"sales": "booked", "support": "solved", "care": "renewed"}


@dataclass(frozen=True, kw_only=True)
class Place:
    """A stage as the board knows it, with the playbook it belongs to. `document` is None where none is active."""

    pk: UUID
    key: str
    title: str
    phase: str
    position: int
    is_retired: bool
    playbook_key: str
    playbook_title: str
    document: Document | None

    @property
    def limit(self) -> str:
        """How long a journey may stay, as its playbook says: 3d."""
        stage = self.document.stages.get(self.key) if self.document else None
        return next((str(limit.within) for limit in stage.limits if limit.clock == "stage"), "") if stage else ""


@dataclass(frozen=True, kw_only=True)
class Path:
    """One column: the stages of a phase, or a single stage."""

    key: str
    title: str
    phase: str
    places: Sequence[Place]

    @property
    def limit(self) -> str:
        """3d; or 3d/5d where playbooks differ."""
        return "/".join(dict.fromkeys(place.limit for place in self.places if place.limit))


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A board that one may look at."""

    title: str
    parameters: dict[str, str]
    is_current: bool

    @property
    def query(self) -> str:
        return urlencode(self.parameters)


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Which board: all journeys of a kind, or those of one playbook, which is also all there is where it is alone."""

    kind: str
    playbook: str
    title: str
    places: Sequence[Place]
    choices: Sequence[Choice]

    @property
    def kept(self) -> dict[str, str]:
        """As parameters of an address; the first board needs none."""
        return next((choice.parameters for choice in self.choices if choice.is_current), {})

    def paths(self, walked: Collection[UUID]) -> list[Path]:
        """The columns in order. A retired stage stays while anybody stands in it (`walked`), so that nobody is lost."""
        shown = [place for place in self.places if not place.is_retired or place.pk in walked]
        if self.playbook:
            return [Path(key=place.key, title=place.title, phase=place.phase, places=[place]) for place in shown]
        return [
            Path(key=phase, title=phase_title(phase, stages), phase=phase, places=stages)
            for phase in PHASES[self.kind]
            if (stages := [place for place in shown if place.phase == phase])
        ]


def ground_of(*, playbook: str = "", kind: str = "") -> Ground:
    """The board that an address asks for; the first there is where it asks for none."""
    places: list[Place] = keep("desk.places", read_places)
    live = {place.playbook_key: place.playbook_title for place in places if place.document}
    kinds = [one for one in PHASES if any(place.document for place in of(one, places))]
    alone = {one: keys.pop() for one in kinds if len(keys := {place.playbook_key for place in of(one, places)}) == 1}
    named = next((one for one, key in alone.items() if key == playbook), kind)
    kind = named if named in kinds else next(iter(kinds), "sales")
    others = {key: title for key, title in live.items() if key not in alone.values()}
    shown = playbook if playbook in others else alone.get(kind, "")
    choices = choices_of(kinds, others, kind=kind, playbook=shown)
    return Ground(
        kind=kind,
        playbook=shown,
        title=next((choice.title for choice in choices if choice.is_current), KIND_TITLES[kind]),
        places=[place for place in places if place.playbook_key == shown] if shown else of(kind, places),
        choices=choices,
    )


def choices_of(kinds: Sequence[str], playbooks: Mapping[str, str], *, kind: str, playbook: str) -> list[Choice]:
    """A board for each kind, and one for each playbook (titles by key) that shares its kind with others."""
    wide = [
        Choice(
            title=KIND_TITLES[one],
            parameters={} if one == "sales" else {"kind": one},
            is_current=one == kind and playbook not in playbooks,
        )
        for one in kinds
    ]
    return wide + [
        Choice(title=title, parameters={"playbook": key}, is_current=key == playbook)
        for key, title in playbooks.items()
    ]


def of(kind: str, places: Sequence[Place]) -> list[Place]:
    return [place for place in places if place.phase in PHASES[kind]]


def read_places() -> list[Place]:
    """Every stage of every playbook, in the order of their paths. One query, and one for each version not yet read."""
    active = Playbook.objects.filter(key=OuterRef("playbook_key"), active_at__isnull=False)
    stages = Stage.objects.annotate(
        active=Subquery(active.values("pk")[:1]), active_title=Subquery(active.values("title")[:1])
    )
    return [place_of(stage) for stage in stages.order_by("playbook_key", "position")]


def place_of(stage: Stage) -> Place:
    active: UUID | str | None = getattr(stage, "active", None)
    return Place(
        pk=stage.pk,
        key=stage.key,
        title=stage.title,
        phase=stage.phase,
        position=stage.position,
        is_retired=stage.retired_at is not None,
        playbook_key=stage.playbook_key,
        playbook_title=getattr(stage, "active_title", None) or stage.playbook_key,
        document=document_of(Playbook(pk=UUID(str(active)))) if active else None,
    )


def phase_title(phase: str, places: Sequence[Place]) -> str:
    """The title that all stages of the phase share, else the phase's own."""
    titles = {place.title for place in places}
    return titles.pop() if len(titles) == 1 else PHASE_TITLES[phase]


def stage_for(journey: Journey, ground: Ground, column: str) -> str:
    """The key of the journey's own stage for a column: the stage itself, or the first of that phase on its path.

    Refused where its playbook has none, or where there is no such column.
    """
    document = document_at(journey.playbook_id)
    path = next((path for path in ground.paths({place.pk for place in ground.places}) if path.key == column), None)
    if path is None:
        raise Refused("unknown_column", "There is no such column any more. Look again.")
    if ground.playbook and column in document.stages and journey.playbook_key == ground.playbook:
        return column
    if journey.stage.phase == path.phase and not ground.playbook:
        return journey.stage.key
    fitting = (key for key, stage in document.stages.items() if stage.phase == path.phase and not ground.playbook)
    if stage := next(fitting, None):
        return stage
    titles = ", ".join(stage.title for stage in document.stages.values())
    raise Refused("no_such_stage", f"{document.title} has no stage for {path.title}. Choose one of: {titles}.")
