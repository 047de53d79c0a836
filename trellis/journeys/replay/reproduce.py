"""The same rules on the same facts: every past decision must come out as it was stored. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from trellis.events.catalogue import PlaybookChanged, TaskDue
from trellis.journeys.engine.decide import play
from trellis.journeys.engine.effects import AddTask
from trellis.journeys.engine.state import State
from trellis.journeys.engine.turn import Turn
from trellis.journeys.playbook.schema import Playbook
from trellis.journeys.rehearsal.roster import Roster
from trellis.journeys.replay.past import Decided, Happened, Past, SetTask
from trellis.journeys.replay.worlds import world_of
from trellis.journeys.telling import held_back, sentence_of


@dataclass(frozen=True, kw_only=True)
class Mismatch:
    """A fact on which the rules decide otherwise today than they did then."""

    at: datetime
    then: Sequence[Decided]
    now: Sequence[Decided]


def reproduce(versions: Callable[[int], Playbook], past: Past, roster: Roster) -> list[Mismatch]:
    """Every fact on which the version that it walked then does not decide as it did."""
    state, unnamed, found = State(), list(past.tasks), []
    version = next((happened.version for happened in past.happened if happened.version), past.version)
    for happened in past.happened:
        version = version_at(happened, version)
        playbook = versions(version)
        if isinstance(happened.fact, TaskDue) and not state.task(happened.fact.task_id):
            continue
        world = world_of(roster, past.customer, happened.at, happened.parts)
        turn = play(playbook, state, happened.fact, world, happened.at)
        state = named(turn, unnamed, happened)
        now = [
            Decided(effect.rule_id, not held_back(effect), sentence[:400])
            for effect in turn.effects
            if (sentence := sentence_of(effect, playbook, world))
        ]
        if now != list(happened.decided):
            found.append(Mismatch(at=happened.at, then=happened.decided, now=now))
    return found


def version_at(happened: Happened, before: int) -> int:
    """The version that decided on it; a change of version is decided by the one that it brings."""
    if isinstance(happened.fact, PlaybookChanged) and happened.fact.how == "map":
        return happened.fact.version
    return happened.version or before


def named(turn: Turn, unnamed: list[SetTask], happened: Happened) -> State:
    """New tasks get the ids that they got then, so that later facts find them."""
    ids = {}
    for effect in turn.effects:
        if isinstance(effect, AddTask):
            task = next((task for task in unnamed if is_same(task, effect, happened.at)), None)
            if task:
                unnamed.remove(task)
            ids[effect.ref] = task.id if task else f"{happened.at.isoformat()}{effect.ref}"
    tasks = (replace(task, id=ids[task.id]) if task.id in ids else task for task in turn.state.tasks)
    return turn.state.but(tasks=tuple(sorted(tasks, key=lambda task: (task.due_at, task.id))))


def is_same(task: SetTask, effect: AddTask, at: datetime) -> bool:
    wanted = (effect.rule_id, effect.kind, effect.title[:200], effect.due_at, at)
    return (task.rule_id, task.kind, task.title, task.due_at, task.set_at) == wanted
