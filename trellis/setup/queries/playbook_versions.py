"""What the pages of versions show: differences by stage, two texts side by side, what a way back does, the trail."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from trellis.events.catalogue import CATALOGUE, HeldReleased, PlaybookPublished, PlaybookRolledBack
from trellis.events.models import Event
from trellis.journeys.changes import held
from trellis.journeys.foresight import Effects, Plan, effects_of, plan_of
from trellis.journeys.models import Draft, Playbook
from trellis.journeys.playbook.differences import Change, differences
from trellis.journeys.playbook.load import Fault, PlaybookFaulty, load_playbook
from trellis.journeys.publish import document_of

TRAIL = 20
AROUND = 3


@dataclass(frozen=True, kw_only=True)
class StageChanges:
    """What changed in one stage; `title` is empty for what holds in all."""

    title: str
    changes: list[Change]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of two texts side by side; a side that has no such line is None. `number`s count from 1."""

    was: str | None
    now: str | None
    was_number: int | None = None
    now_number: int | None = None
    changed: bool = False


@dataclass(frozen=True, kw_only=True)
class Compared:
    stages: list[StageChanges]
    hunks: list[list[Line]]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One line of the trail: who did what, when, and why."""

    event: Event
    words: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class WayBack:
    sentences: list[str]
    changes: list[Change]
    gone: list[str]


def faults_of(source: str) -> tuple[Fault, ...]:
    try:
        load_playbook(source)
    except PlaybookFaulty as faulty:
        return faulty.faults
    return ()


def plan_for(draft: Draft, at: datetime) -> Plan:
    """Raises PlaybookFaulty."""
    return plan_of(draft.source, at=at)


def by_stage(changes: Sequence[Change], live: Playbook, source: str) -> list[StageChanges]:
    before, after = document_of(live), load_playbook(source)
    return in_groups(changes, {key: stage.title for key, stage in (before.stages | after.stages).items()})


def in_groups(changes: Sequence[Change], titles: dict[str, str]) -> list[StageChanges]:
    groups: dict[str, list[Change]] = {}
    for change in changes:
        groups.setdefault(change.stage, []).append(change)
    return [StageChanges(title=titles.get(key, ""), changes=found) for key, found in groups.items()]


def compared(before: Playbook, after: Playbook) -> Compared:
    was, now = document_of(before), document_of(after)
    titles = {key: stage.title for key, stage in (was.stages | now.stages).items()}
    return Compared(stages=in_groups(differences(was, now), titles), hunks=side_by_side(before.source, after.source))


def side_by_side(before: str, after: str) -> list[list[Line]]:
    """The lines that differ, with a few around them."""
    was, now = before.splitlines(), after.splitlines()
    matcher = difflib.SequenceMatcher(None, was, now, autojunk=False)
    hunks: list[list[Line]] = []
    for group in matcher.get_grouped_opcodes(AROUND):
        hunks.append([])
        for tag, start, end, first, last in group:
            for step in range(max(end - start, last - first)):
                left = start + step if start + step < end else None
                right = first + step if first + step < last else None
                hunks[-1].append(line(was, now, left, right, changed=tag != "equal"))
    return hunks


def line(was: Sequence[str], now: Sequence[str], left: int | None, right: int | None, *, changed: bool) -> Line:
    return Line(
        was=None if left is None else was[left],
        now=None if right is None else now[right],
        was_number=None if left is None else left + 1,
        now_number=None if right is None else right + 1,
        changed=changed,
    )


def moving_back(live: Playbook, earlier: Playbook, at: datetime) -> WayBack:
    """What rolling back would do to those on their way, and what would read otherwise."""
    document = document_of(earlier)
    effects: Effects = effects_of(live, document, how="map", mapping={}, at=at)
    gone = [
        f"{one.count:,} in {one.title}, which that version does not have, go to {document.stages[one.to].title}"
        for one in effects.gone
    ]
    return WayBack(sentences=effects.sentences, changes=differences(document_of(live), document), gone=gone)


def held_count(key: str) -> int:
    return held(key).count()


def trail_of(key: str) -> list[Step]:
    """Every publish, way back and decision of this playbook, the newest first."""
    kinds = [fact.key for fact in (PlaybookPublished, PlaybookRolledBack, HeldReleased)]
    told = Event.objects.filter(key__in=kinds, payload__playbook=key).select_related("by").order_by("-at", "-id")
    return [step_of(event) for event in told[:TRAIL]]


def step_of(event: Event) -> Step:
    actor = event.by.name if event.by else "Trellis"
    words = CATALOGUE[event.key].label.format(**event.payload | {"actor": actor})
    return Step(event=event, words=words, reason=event.payload.get("reason", ""))
