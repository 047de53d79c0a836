"""The rows of one batch, gathered effect by effect and written in an order that the guards accept.

New tasks first, then the journeys that point at them, then the tasks that are no longer pointed at are closed.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from trellis.conversations.actions import withdraw_queued
from trellis.core.ids import new_id
from trellis.core.rows import insert_rows, new_row, update_rows
from trellis.events import catalogue as facts
from trellis.events.actions import Announcement, announce
from trellis.events.catalogue import Fact
from trellis.journeys.beginning import successor_of, why_none_follows
from trellis.journeys.engine import effects as e
from trellis.journeys.engine.effects import Effect
from trellis.journeys.engine.records import record_of_held
from trellis.journeys.engine.state import State, leading
from trellis.journeys.engine.turn import Turn
from trellis.journeys.handovers import Handovers
from trellis.journeys.models import VOID, Clock, Decision, Journey, StageVisit, Task
from trellis.journeys.outgoing import Outbox
from trellis.journeys.publish import stage_of
from trellis.journeys.telling import fact_of, held_back, sentence_of
from trellis.journeys.world import Worlds
from trellis.people.actions import add_tags
from trellis.team.actions.notices import notices_for, write_notices

JOURNEY_FIELDS = (
    "playbook_id", "stage_id", "status", "owner_id", "next_task_id", "due_at", "answers", "priority_at", "episode",
    "fired", "parks", "stage_entered_at", "assigned_at", "taken_over_at", "heard_at", "spoke_at", "parked_until",
    "parked_reason", "delivered_at", "closed_at", "outcome", "closed_reason", "held_at", "held",
)  # fmt: skip
TASK_FIELDS = ["status", "closed_at", "closed_by", "closed_reason"]


def as_id(text: str) -> UUID | None:
    return UUID(text) if text else None


def known_of(turn: Turn, effect: Effect) -> dict[str, Any]:
    """The parts of the world that it depended on: by itself, or since a condition asked for them."""
    used = dict.fromkeys([*effect.used, *sorted(turn.asked)])
    return {name: value for part in used for name, value in turn.world.record(part).items()}


def columns_of(journey: Journey) -> tuple[Any, ...]:
    return tuple(getattr(journey, name) for name in JOURNEY_FIELDS)


class Batch:
    """Everything that one transaction will write."""

    def __init__(self, at: datetime, worlds: Worlds) -> None:
        self.at = at
        self.worlds = worlds
        self.journeys: dict[UUID, Journey] = {}
        self.before: dict[UUID, tuple[Any, ...]] = {}
        self.new_tasks: dict[UUID, Task] = {}
        self.closed_tasks: dict[UUID, Task] = {}
        self.new_visits: list[StageVisit] = []
        self.left: set[UUID] = set()
        self.new_clocks: dict[tuple[UUID, str], Clock] = {}
        self.stopped_clocks: dict[tuple[str, str, UUID | None], set[UUID]] = defaultdict(set)
        self.resumed_clocks: list[tuple[UUID, e.ResumeClock]] = []
        self.repromised: list[tuple[UUID, e.Repromise]] = []
        self.moved_back: list[tuple[Journey, e.Restore]] = []
        self.voided: set[UUID] = set()
        self.decisions: list[Decision] = []
        self.announcements: list[Announcement] = []
        self.withdrawn: dict[str, set[UUID]] = defaultdict(set)
        self.tells: list[tuple[Journey, e.Tell]] = []
        self.handovers = Handovers(at)
        self.tags: list[tuple[Journey, e.AddTag]] = []
        self.successors: list[Journey] = []
        self.outbox = Outbox(at, worlds)

    def take(
        self,
        journey: Journey,
        turn: Turn,
        state: State,
        ids: dict[str, UUID],
        *,
        by: UUID | None,
        event_id: UUID | None,
    ) -> None:
        """Add what one fact led to. `state` is the journey's afterwards, `ids` are the new tasks' by their refs."""
        document, world = turn.playbook, turn.world
        self.see(journey)
        event_id = event_id or self.announce_fact(journey, turn.fact, by)
        self.hear_or_speak(journey, turn.fact)
        starting = journey._state.adding and journey.pk not in self.journeys
        self.journeys[journey.pk] = journey
        names = {ref: str(pk) for ref, pk in ids.items()}
        for effect in (possible(journey, effect) for effect in turn.effects):
            owned = isinstance(effect, e.Assign | e.OfferHandover)
            left = str(journey.owner_id or "") if owned else journey.stage.key
            self.write_effect(journey, effect, ids)
            self.decide(journey, effect, turn, event_id)
            told = fact_of(effect, document, world, left=left, ids=names)
            if told and not (starting and isinstance(effect, e.MoveStage | e.Assign)):
                self.announce(journey, told, effect.rule_id, by)
            if isinstance(effect, e.Send):
                self.outbox.add(journey, effect, document, world, state, by=by)
        if starting:
            stage = document.stages[state.stage].title
            self.announce(
                journey, facts.JourneyStarted(playbook=document.title, stage=stage, owner=state.owner), "", None
            )
        settle_journey(journey, state)

    def see(self, journey: Journey) -> None:
        """Remember how it stood before this batch."""
        self.before.setdefault(journey.pk, columns_of(journey))

    def announce_fact(self, journey: Journey, fact: Fact, by: UUID | None) -> UUID:
        told = Announcement(
            id=new_id(), fact=fact, at=self.at, contact_id=journey.contact_id, journey_id=journey.pk, by=by
        )
        self.announcements.append(told)
        return told.id or new_id()

    def announce(self, journey: Journey, fact: Fact, rule_id: str, by: UUID | None) -> None:
        by = by if not rule_id else None
        self.announcements.append(
            Announcement(
                fact=fact, at=self.at, contact_id=journey.contact_id, journey_id=journey.pk, by=by, rule_id=rule_id
            )
        )

    def hear_or_speak(self, journey: Journey, fact: Fact) -> None:
        if fact.from_customer:
            journey.heard_at = self.at
        elif isinstance(fact, facts.CallAnswered | facts.MessageHandedOver):
            journey.spoke_at = self.at

    def decide(self, journey: Journey, effect: Effect, turn: Turn, event_id: UUID) -> None:
        if sentence := sentence_of(effect, turn.playbook, turn.world):
            self.decisions.append(
                new_row(
                    Decision,
                    journey_id=journey.pk,
                    event_id=event_id,
                    playbook_version=journey.playbook.version,
                    at=self.at,
                    rule_id=effect.rule_id,
                    did=not held_back(effect),
                    sentence=sentence[:400],
                    world=known_of(turn, effect),
                )
            )

    def write_effect(self, journey: Journey, effect: Effect, ids: dict[str, UUID]) -> None:
        if writer := WRITERS.get(type(effect)):
            writer(self, journey, effect, ids)

    def write(self) -> None:
        started = [journey for journey in self.journeys.values() if journey._state.adding]
        walking = [journey for journey in self.journeys.values() if not journey._state.adding]
        insert_rows(self.new_tasks.values())
        insert_rows(started)
        for names, changed in self.changes(walking).items():
            update_rows(changed, names)
        update_rows(list(self.closed_tasks.values()), TASK_FIELDS)
        self.write_path()
        self.handovers.write()
        insert_rows(self.decisions)
        for reason, journeys in self.withdrawn.items():
            withdraw_queued(journeys, reason=reason, at=self.at)
        self.announcements += self.outbox.queue()
        announce(self.announcements)
        self.tell_people()

    def changes(self, journeys: list[Journey]) -> dict[tuple[str, ...], list[Journey]]:
        """The journeys by the columns in which they changed: what stays costs neither an index nor a guard."""
        found: dict[tuple[str, ...], list[Journey]] = defaultdict(list)
        for journey in journeys:
            pairs = zip(JOURNEY_FIELDS, self.before[journey.pk], columns_of(journey), strict=True)
            if names := tuple(name for name, before, now in pairs if before != now):
                found[names].append(journey)
        return found

    def write_path(self) -> None:
        if self.left:
            StageVisit.objects.filter(journey__in=self.left, left_at=None).update(left_at=self.at)
        insert_rows(self.new_visits)
        for (kind, field, by), journeys in self.stopped_clocks.items():
            running = Clock.objects.filter(journey__in=journeys, kind=kind, met_at=None, dropped_at=None)
            running.update(**{field: self.at}, **({"met_by": by} if by else {}))
        self.write_back()
        insert_rows(self.new_clocks.values())

    def write_back(self) -> None:
        """A stage that was entered by mistake was never stayed in; the visit before it goes on."""
        for journey, restored in self.moved_back:
            visits = StageVisit.objects.filter(journey=journey)
            visits.filter(left_at=None).update(left_at=F("entered_at"))
            visits.filter(stage=journey.stage, left_at=restored.acted_at).update(left_at=None)
        for pk, promise in self.repromised:
            timed = Clock.objects.filter(journey=pk, kind=promise.kind, episode=promise.episode)
            again = {"started_at": promise.started_at} if promise.started_at else {}
            timed.update(rule_id=promise.rule_id, due_at=promise.due_at, dropped_at=None, **again)
        for pk, resumed in self.resumed_clocks:
            stopped = Clock.objects.filter(journey=pk, kind=resumed.clock.kind, episode=resumed.clock.episode)
            stopped.update(met_at=None, met_by=None, dropped_at=None)

        if self.voided:
            kept = Clock.objects.filter(journey__in=self.voided).exclude(met_at=None)
            kept.update(met_at=None, met_by=None, dropped_at=self.at)

    def tell_people(self) -> None:
        told = [
            notices_for(
                filter(None, effect.users), effect.text, journey_id=one.pk, contact_id=one.contact_id, at=self.at
            )
            for one, effect in self.tells
        ]
        write_notices(notice for notices in told for notice in notices)
        for journey, tag in self.tags:
            add_tags(journey.contact, [tag.tag], at=self.at, journey_id=journey.pk, rule_id=tag.rule_id)


def possible(journey: Journey, effect: Effect) -> Effect:
    """The effect, or why it cannot be: only the database knows which journeys there are."""
    if isinstance(effect, e.StartJourney) and (why := why_none_follows(journey, effect.playbook)):
        return e.HoldBack(rule_id=effect.rule_id, why=why)
    return effect


def settle_journey(journey: Journey, state: State) -> None:
    """The columns that repeat the state: what leads, and when it is due."""
    lead = leading(state.tasks) if state.status != "closed" else None
    journey.status = state.status
    journey.next_task_id = as_id(lead.id) if lead else None
    journey.due_at = lead.due_at if lead else None
    journey.episode = state.episode
    journey.parks = state.parks
    journey.answers = dict(state.answers)
    journey.fired = sorted(state.fired)
    journey.held_at = state.held.since if state.held else None
    journey.held = record_of_held(state.held)
    if state.status == "open":
        journey.parked_until, journey.parked_reason = None, ""
        journey.closed_at, journey.outcome, journey.closed_reason = None, "", ""


def add_task(batch: Batch, journey: Journey, effect: e.AddTask, ids: dict[str, UUID]) -> None:
    batch.new_tasks[ids[effect.ref]] = new_row(
        Task,
        id=ids[effect.ref],
        journey_id=journey.pk,
        kind=effect.kind,
        title=effect.title[:200],
        why=effect.why[:240],
        assignee_id=as_id(effect.assignee),
        due_at=effect.due_at,
        rule_id=effect.rule_id,
        episode=effect.episode,
        created_at=batch.at,
        replaces=as_id(str(ids.get(effect.replaces, effect.replaces))),
    )


def close_task(batch: Batch, journey: Journey, effect: e.CloseTask, ids: dict[str, UUID]) -> None:
    """A task added in this same batch is written closed; an older one is updated."""
    pk = ids.get(effect.task) or UUID(effect.task)
    task = batch.new_tasks.get(pk) or batch.closed_tasks.setdefault(pk, Task(id=pk))
    task.status = effect.status
    task.closed_at = batch.at
    task.closed_by_id = as_id(effect.by)
    task.closed_reason = effect.why[:240]


def move_stage(batch: Batch, journey: Journey, effect: e.MoveStage, ids: dict[str, UUID]) -> None:
    journey.stage = stage_of(journey.playbook, effect.stage)
    journey.stage_entered_at = batch.at
    batch.new_visits = [visit for visit in batch.new_visits if visit.journey_id != journey.pk]
    if not journey._state.adding:
        batch.left.add(journey.pk)
    batch.new_visits.append(
        new_row(
            StageVisit,
            journey_id=journey.pk,
            stage_id=journey.stage_id,
            entered_at=batch.at,
            rule_id=effect.rule_id,
        )
    )


def assign(batch: Batch, journey: Journey, effect: e.Assign, ids: dict[str, UUID]) -> None:
    journey.owner_id = as_id(effect.owner)
    journey.assigned_at = batch.at


def start_clock(batch: Batch, journey: Journey, effect: e.StartClock, ids: dict[str, UUID]) -> None:
    batch.new_clocks[journey.pk, effect.kind] = new_row(
        Clock,
        journey_id=journey.pk,
        kind=effect.kind,
        rule_id=effect.rule_id,
        episode=effect.episode,
        started_at=batch.at,
        due_at=effect.due_at,
    )


def stop_clock(batch: Batch, journey: Journey, effect: e.StopClock, ids: dict[str, UUID]) -> None:
    by = as_id(effect.by)
    field = "dropped_at" if isinstance(effect, e.DropClock) else "met_at"
    if clock := batch.new_clocks.get((journey.pk, effect.kind)):
        setattr(clock, field, batch.at)
        clock.met_by_id = by
    else:
        batch.stopped_clocks[effect.kind, field, by].add(journey.pk)


def start_journey(batch: Batch, journey: Journey, effect: e.StartJourney, ids: dict[str, UUID]) -> None:
    batch.successors.append(successor_of(journey, effect.playbook, batch.at))


def park(batch: Batch, journey: Journey, effect: e.Park, ids: dict[str, UUID]) -> None:
    journey.parked_until, journey.parked_reason = effect.until, effect.why[:200]


def close(batch: Batch, journey: Journey, effect: e.Close, ids: dict[str, UUID]) -> None:
    journey.closed_at, journey.outcome, journey.closed_reason = batch.at, effect.outcome, effect.why[:200]
    journey.parked_until, journey.parked_reason = None, ""


def void(batch: Batch, journey: Journey, effect: e.Void, ids: dict[str, UUID]) -> None:
    """A promise to somebody who never came was neither kept nor broken."""
    journey.closed_at, journey.outcome, journey.closed_reason = batch.at, VOID, effect.why[:200]
    journey.parked_until, journey.parked_reason = None, ""
    journey.owner_id = None
    batch.voided.add(journey.pk)


def restore(batch: Batch, journey: Journey, effect: e.Restore, ids: dict[str, UUID]) -> None:
    """The columns that a state does not hold; the others follow from it."""
    if effect.before.stage != journey.stage.key:
        journey.stage = stage_of(journey.playbook, effect.before.stage)
        batch.moved_back.append((journey, effect))
    journey.owner_id = as_id(effect.before.owner)
    set_anew = {task.replaces: task for task in batch.new_tasks.values() if task.journey_id == journey.pk}
    for pk, why in Task.objects.filter(pk__in=filter(None, set_anew)).values_list("pk", "why"):
        set_anew[pk].why = why
    for name, value in effect.columns.items():
        setattr(journey, name, datetime.fromisoformat(value) if value and name.endswith(("_at", "_until")) else value)


def mark(field: str) -> Callable[..., None]:
    """Set an instant the first time."""

    def write(batch: Batch, journey: Journey, effect: Effect, ids: dict[str, UUID]) -> None:
        if getattr(journey, field) is None:
            setattr(journey, field, batch.at)

    return write


WRITERS: dict[type[Effect], Callable[..., Any]] = {
    e.AddTask: add_task,
    e.CloseTask: close_task,
    e.MoveStage: move_stage,
    e.Assign: assign,
    e.OfferHandover: lambda batch, journey, effect, ids: batch.handovers.offer(journey, effect),
    e.EndHandover: lambda batch, journey, effect, ids: batch.handovers.end(journey, effect),
    e.StartClock: start_clock,
    e.StopClock: stop_clock,
    e.DropClock: stop_clock,
    e.SetPriority: mark("priority_at"),
    e.TakeOver: mark("taken_over_at"),
    e.Deliver: mark("delivered_at"),
    e.Repromise: lambda batch, journey, effect, ids: batch.repromised.append((journey.pk, effect)),
    e.ResumeClock: lambda batch, journey, effect, ids: batch.resumed_clocks.append((journey.pk, effect)),
    e.Restore: restore,
    e.StartJourney: start_journey,
    e.Void: void,
    e.Park: park,
    e.Close: close,
    e.Withdraw: lambda batch, journey, effect, ids: batch.withdrawn[effect.why].add(journey.pk),
    e.Tell: lambda batch, journey, effect, ids: batch.tells.append((journey, effect)),
    e.AddTag: lambda batch, journey, effect, ids: batch.tags.append((journey, effect)),
}
