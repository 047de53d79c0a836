"""What publishing a text would do: what changes in it, and what becomes of the journeys on their way.

Nothing is guessed by rules of its own: the engine decides each journey as the change would, and nothing is written.
Up to EXACT journeys all are decided; beyond, as many as in SAMPLE, and the figures are an estimate.
"""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count

from trellis.core.rows import find_rows
from trellis.events.catalogue import PlaybookChanged
from trellis.journeys.changes import in_flight
from trellis.journeys.crossing import Crossing
from trellis.journeys.engine.decide import play
from trellis.journeys.engine.effects import AddTask, CloseTask, Effect, Repromise
from trellis.journeys.engine.passage import place_in
from trellis.journeys.engine.state import State, TaskState
from trellis.journeys.models import InFlight, Journey, Playbook
from trellis.journeys.outgoing import unasked
from trellis.journeys.playbook.differences import Change, differences
from trellis.journeys.playbook.schema import Playbook as Document
from trellis.journeys.playbook.steps import switched_on
from trellis.journeys.publish import active_now, document_at, document_of, playbook_at, require_sound, stage_at
from trellis.journeys.world import Worlds
from trellis.people.models import Contact

EXACT, SAMPLE = 2_000, 600
AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class Moved:
    """Those who stand in a stage that is gone, and where they would go if nobody says otherwise."""

    stage: str
    title: str
    count: int
    to: str


@dataclass(frozen=True, kw_only=True)
class Effects:
    """What becomes of those on their way, `parked` of them resting. `is_exact` is False where a sample was asked."""

    how: str
    journeys: int = 0
    parked: int = 0
    messages_withdrawn: int = 0
    steps_withdrawn: int = 0
    steps_added: int = 0
    steps_retimed: int = 0
    promises_retimed: int = 0
    is_exact: bool = True
    gone: list[Moved] = field(default_factory=list)

    @property
    def sentences(self) -> list[str]:
        return list(in_words(self))


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`before` is the live version, None for a new playbook; `effects` for the choice that was asked about.

    `stages` are those of the text, as keys and titles.
    """

    key: str
    title: str
    before: int | None
    changes: list[Change]
    effects: Effects
    stages: list[tuple[str, str]]

    def as_json(self) -> dict[str, Any]:
        found = {name: value for name, value in asdict(self).items() if name != "stages"}
        effects = asdict(self.effects) | {"sentences": self.effects.sentences}
        return found | {"effects": effects, "sentences": [change.sentence for change in self.changes]}


def plan_of(source: str, *, at: datetime, how: str = InFlight.MAP, mapping: Mapping[str, str] | None = None) -> Plan:
    """What publishing the text would change. Raises PlaybookFaulty."""
    document = switched_on(require_sound(source, at=at))
    live = active_now(document.key)
    changes = differences(document_of(live), document) if live else []
    effects = effects_of(live, document, how=how, mapping=mapping or {}, at=at) if live else Effects(how=how)
    return Plan(
        key=document.key,
        title=document.title,
        before=live.version if live else None,
        changes=changes,
        effects=effects,
        stages=[(key, stage.title) for key, stage in document.stages.items()],
    )


def effects_of(live: Playbook, document: Document, *, how: str, mapping: Mapping[str, str], at: datetime) -> Effects:
    """What becomes of the journeys on their way, of every version."""
    gone = stages_gone(live, document, mapping) if how == InFlight.MAP else []
    if how == InFlight.FINISH:
        rows = in_flight(live.key)
        return Effects(how=how, journeys=rows.count(), parked=rows.filter(status="parked").count())
    rows = in_flight(live.key) if how == InFlight.MAP else in_flight(live.key).filter(held_at=None)
    ids = list(rows.order_by().values_list("pk", flat=True))
    looked_at = ids if len(ids) <= EXACT else random.Random(7).sample(ids, SAMPLE)
    figures = Counter[str]()
    for start in range(0, len(looked_at), AT_ONCE):
        figures += figures_of(looked_at[start : start + AT_ONCE], live, document, how, mapping, at)
    scale = len(ids) / len(looked_at) if looked_at else 1.0
    return Effects(
        how=how,
        journeys=len(ids),
        parked=rows.filter(status="parked").count(),
        is_exact=len(ids) <= EXACT,
        gone=gone,
        **{name: round(count * scale) for name, count in figures.items()},
    )


def stages_gone(live: Playbook, document: Document, mapping: Mapping[str, str]) -> list[Moved]:
    rows = in_flight(live.key).order_by().values_list("playbook", "stage__key", "stage__title")
    found: dict[str, Moved] = {}
    for version, key, title, count in rows.annotate(count=Count("*")):
        if key not in document.stages:
            to = place_in(document_of(playbook_at(version)), document, key, mapping)
            count += found[key].count if key in found else 0
            found[key] = Moved(stage=key, title=title, count=count, to=to)
    return list(found.values())


def figures_of(
    ids: Sequence[UUID], live: Playbook, document: Document, how: str, mapping: Mapping[str, str], at: datetime
) -> Counter[str]:
    """Decide on each as the change would. A few queries however many they are."""
    journeys = read(ids)
    crossing = Crossing(journeys, document, live.version + 1, mapping)
    worlds = Worlds([journey.contact for journey in journeys], at)
    says_less = how == InFlight.MAP and any(one.before.says - document.says for one in crossing.passages.values())
    figures = Counter(messages_withdrawn=unasked(ids, document).count() if says_less else 0)
    for journey in journeys:
        state, fact = crossing.states[journey.pk], fact_for(crossing, journey, live, how)
        walks = document if how == InFlight.MAP else document_at(journey.playbook_id)
        turn = play(walks, state, fact, worlds.of(journey.contact_id, walks.calendar), at)
        figures += counted(state, turn.effects, document_at(journey.playbook_id))
    return figures


def fact_for(crossing: Crossing, journey: Journey, live: Playbook, how: str) -> PlaybookChanged:
    if how == InFlight.MAP:
        return crossing.fact(journey, crossing.states[journey.pk], "")
    return PlaybookChanged(how=how, version=live.version + 1, what="", stage=journey.stage.key)


def read(ids: Sequence[UUID]) -> list[Journey]:
    journeys = find_rows(Journey, id=ids)
    contacts = {contact.pk: contact for contact in find_rows(Contact, id={one.contact_id for one in journeys})}
    for journey in journeys:
        journey.playbook = playbook_at(journey.playbook_id)
        journey.stage = stage_at(journey.playbook, journey.stage_id)
        journey.contact = contacts[journey.contact_id]
    return journeys


def counted(before: State, effects: Sequence[Effect], walked: Document) -> Counter[str]:
    """A step that another takes the place of is retimed if its time differs; a message is told apart from a step."""
    was = {task.id: task for task in before.tasks}
    heirs = {effect.replaces: effect for effect in effects if isinstance(effect, AddTask) and effect.replaces}
    figures = Counter[str]()
    for effect in effects:
        match effect:
            case CloseTask(task=id) if id in was and id not in heirs:
                figures["messages_withdrawn" if is_message(was[id], walked) else "steps_withdrawn"] += 1
            case AddTask(replaces=id, due_at=due) if id in was:
                figures["steps_retimed"] += due != was[id].due_at
            case AddTask(replaces=""):
                figures["steps_added"] += 1
            case Repromise():
                figures["promises_retimed"] += 1
    return figures


def is_message(task: TaskState, document: Document) -> bool:
    place = document.places.get(task.rule_id)
    return bool(place and getattr(place.rule, "send", None))


def in_words(effects: Effects) -> Sequence[str]:
    """“412 leads move”, “31 messages are withdrawn”."""
    about = "" if effects.is_exact else "About "
    verbs = {
        InFlight.MAP: ("lead moves to the new version", "leads move to the new version"),
        InFlight.FINISH: ("lead finishes on the version it has", "leads finish on the version they have"),
        InFlight.HOLD: ("lead stands still until somebody decides", "leads stand still until somebody decides"),
    }
    resting = f", {effects.parked:,} of them parked" if effects.parked else ""
    said = [f"{number(effects.journeys, *verbs[InFlight(effects.how)])}{resting}"]
    said += [
        f"{about}{number(getattr(effects, name), one, many)}"
        for name, one, many in (
            ("messages_withdrawn", "message is withdrawn", "messages are withdrawn"),
            ("steps_withdrawn", "step is withdrawn", "steps are withdrawn"),
            ("steps_added", "step is set", "steps are set"),
            ("steps_retimed", "step changes its time", "steps change their time"),
            ("promises_retimed", "promise is timed anew", "promises are timed anew"),
        )
        if getattr(effects, name)
    ]
    return said


def number(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
