"""The shell around the engine: a list of facts in, one transaction out.

It locks the journeys, gathers the world, lets `decide` say what follows from each fact, and writes the whole batch.
A fact that cannot be applied is isolated by halving the batch and reported; the others go through.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from trellis.core.ids import new_id
from trellis.core.rows import find_rows
from trellis.events.catalogue import Fact, JourneyFollowed, JourneyImported, PlaybookChanged, TaskDue
from trellis.journeys.engine.decide import play
from trellis.journeys.engine.effects import AddTask, Assign
from trellis.journeys.engine.records import held_from
from trellis.journeys.engine.state import ClockState, Offer, State, TaskState
from trellis.journeys.engine.turn import Turn
from trellis.journeys.handovers import offers_of
from trellis.journeys.models import Clock, Journey, Task
from trellis.journeys.playbook.schema import Playbook as Document
from trellis.journeys.publish import document_at, playbook_at, stage_at
from trellis.journeys.world import Worlds
from trellis.journeys.writes import Batch
from trellis.people.models import Contact

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Tell:
    """A fact about a journey. `event_id` is set when its event is already written; `by` is a user's id."""

    journey_id: UUID
    fact: Fact
    by: UUID | None = None
    event_id: UUID | None = None


@dataclass(frozen=True)
class Failure:
    tell: Tell
    error: str


def apply(
    tells: Sequence[Tell], *, at: datetime, new: Sequence[Journey] = (), savepoint: bool = False
) -> list[Failure]:
    """Apply the facts in their order, in one transaction; return those that failed, with the reason.

    `new` are journeys that are not written yet; their first fact starts them. With such, or with a single fact, what
    fails raises its own error, and ends the caller's transaction unless there is a `savepoint`.
    """
    try:
        with transaction.atomic(savepoint=savepoint or (len(tells) > 1 and not new)):
            apply_together(tells, at, new)
        return []
    except Exception as error:  # Whatever it is, the other facts must not wait for this one.
        if len(tells) == 1 or new:
            raise
        log.warning("a batch of %d facts failed, halving it: %s", len(tells), error)
    half = len(tells) // 2
    return [*apply_or_report(tells[:half], at), *apply_or_report(tells[half:], at)]


def apply_or_report(tells: Sequence[Tell], at: datetime) -> list[Failure]:
    """As `apply`, but even a single failure is reported, not raised."""
    if not tells:
        return []
    try:
        return apply(tells, at=at, savepoint=True)
    except Exception as error:
        log.exception("%d facts could not be applied", len(tells))
        return [Failure(tell, f"{type(error).__name__}: {error}") for tell in tells]


def apply_together(tells: Sequence[Tell], at: datetime, new: Sequence[Journey]) -> None:
    journeys = {journey.pk: journey for journey in new} | lock(
        {tell.journey_id for tell in tells} - {j.pk for j in new}
    )
    states = load_states({key: journey for key, journey in journeys.items() if not journey._state.adding})
    contacts = {journey.contact_id: journey.contact for journey in journeys.values()}
    touches = any(isinstance(tell.fact, TaskDue | JourneyImported) for tell in tells)
    documents = [document_at(journey.playbook_id) for journey in journeys.values()]
    worlds = Worlds(
        contacts.values(),
        at,
        count_touches=touches,
        read_tags=any("contact.tags" in document.asks_for for document in documents),
        owners_by={by for document in documents for by in document.owners_by},
    )
    batch = Batch(at, worlds)
    for tell in tells:
        journey = journeys[tell.journey_id]
        state = states.get(journey.pk, State())
        if isinstance(tell.fact, TaskDue) and not state.task(tell.fact.task_id):
            continue  # Done or withdrawn since it was claimed: nothing came due.
        batch.see(journey)
        if isinstance(tell.fact, PlaybookChanged) and tell.fact.how == "map":
            journey.playbook = playbook_at(UUID(tell.fact.playbook))
        document = document_at(journey.playbook_id)
        world = worlds.of(journey.contact_id, document.calendar)
        turn = play(document, state, tell.fact, world, at)
        ids = {effect.ref: new_id() for effect in turn.effects if isinstance(effect, AddTask)}
        states[journey.pk] = renamed(turn.state, ids)
        notice_assignments(worlds, state, turn)
        batch.take(journey, turn, states[journey.pk], ids, by=tell.by, event_id=tell.event_id)
    batch.write()
    follow_on(batch.successors, at)


def follow_on(successors: Sequence[Journey], at: datetime) -> None:
    """What other journeys led to begins, in the same transaction."""
    if successors:
        tells = [Tell(journey_id=one.pk, fact=followed(one)) for one in successors]
        apply_together(tells, at, successors)


def followed(successor: Journey) -> JourneyFollowed:
    before = successor.continues
    assert before is not None
    return JourneyFollowed(title=before.playbook.title, journey_id=str(before.pk))


def lock(ids: set[UUID]) -> dict[UUID, Journey]:
    """The journeys in the order of their ids, so that two batches never wait for each other in a circle."""
    journeys = find_rows(Journey, id=ids, order_by=("id",), lock=True)
    contacts = {contact.pk: contact for contact in find_rows(Contact, id={one.contact_id for one in journeys})}
    for journey in journeys:
        journey.playbook = playbook_at(journey.playbook_id)
        journey.stage = stage_at(journey.playbook, journey.stage_id)
        journey.contact = contacts[journey.contact_id]
    return {journey.pk: journey for journey in journeys}


def load_states(journeys: dict[UUID, Journey]) -> dict[UUID, State]:
    if not journeys:
        return {}
    tasks: dict[UUID, list[TaskState]] = {key: [] for key in journeys}
    for task in find_rows(Task, journey=journeys, status=["open"], order_by=("due_at", "id")):
        tasks[task.journey_id].append(task_state(task))
    offers = offers_of(journeys, tasks)
    clocks: dict[UUID, list[Clock]] = {key: [] for key in journeys}
    for clock in find_rows(Clock, journey=journeys):
        clocks[clock.journey_id].append(clock)
    return {key: state_of(journey, tasks[key], clocks[key], offers.get(key)) for key, journey in journeys.items()}


def task_state(task: Task) -> TaskState:
    return TaskState(
        id=str(task.pk),
        kind=task.kind,
        title=task.title,
        due_at=task.due_at,
        rule_id=task.rule_id,
        episode=task.episode,
        assignee=str(task.assignee_id or ""),
    )


def state_of(journey: Journey, tasks: list[TaskState], clocks: list[Clock], offer: Offer | None = None) -> State:
    running = [clock for clock in clocks if clock.met_at is None and clock.dropped_at is None]
    return State(
        status=journey.status,
        stage=journey.stage.key,
        owner=str(journey.owner_id or ""),
        offer=offer,
        episode=journey.episode,
        parks=journey.parks,
        priority=journey.priority_at is not None,
        taken_over=journey.taken_over_at is not None,
        delivered=journey.delivered_at is not None,
        answers=journey.answers,
        tasks=tuple(tasks),
        clocks=tuple(
            ClockState(kind=clock.kind, rule_id=clock.rule_id, episode=clock.episode, due_at=clock.due_at)
            for clock in running
        ),
        timed=frozenset(clock.kind for clock in clocks if clock.episode == journey.episode),
        fired=frozenset(journey.fired),
        held=held_from(journey.held),
    )


def renamed(state: State, ids: dict[str, UUID]) -> State:
    """The state with a real id for each new task."""
    return state.but(
        tasks=tuple(replace(task, id=str(ids[task.id])) if task.id in ids else task for task in state.tasks)
    )


def notice_assignments(worlds: Worlds, before: State, turn: Turn) -> None:
    for effect in turn.effects:
        if isinstance(effect, Assign):
            worlds.assigned(effect.owner)
    worlds.passed(*(state.owner if state.status == "open" else "" for state in (before, turn.state)))


def reading(journey: Journey) -> tuple[Document, State]:
    """A journey as the engine sees it now, without locking it."""
    return document_at(journey.playbook_id), load_states({journey.pk: journey})[journey.pk]
