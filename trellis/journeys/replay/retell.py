"""Other rules on the same facts: what people and customers did stays, what the machine did is decided anew. Pure."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from trellis.events import catalogue as facts
from trellis.events.catalogue import Fact
from trellis.journeys.engine.decide import play
from trellis.journeys.engine.effects import AddTask, BreakClock, Close, Effect, MoveStage, Park, Send
from trellis.journeys.engine.state import State, TaskState
from trellis.journeys.playbook.schema import Playbook
from trellis.journeys.rehearsal.roster import Roster
from trellis.journeys.replay.past import Happened, Past
from trellis.journeys.replay.worlds import world_of

A_DAY = timedelta(days=1)
# Decided anew by the machine itself; what was undone by hand belonged to tasks that may not be there.
OF_THE_MACHINE: tuple[type[Fact], ...] = (facts.TaskDue, facts.ActUndone, facts.PlaybookChanged)


@dataclass(frozen=True, kw_only=True)
class Sent:
    at: datetime
    message: str
    rule_id: str


@dataclass(frozen=True, kw_only=True)
class Ended:
    """It was parked or closed by a rule. `part` is that rule's: quiet is silence."""

    at: datetime
    how: str
    reason: str
    part: str


@dataclass
class Retold:
    """One journey as a playbook would have had it. `stages` are all in which it stood."""

    state: State = field(default_factory=State)
    sent: list[Sent] = field(default_factory=list)
    held: list[Sent] = field(default_factory=list)
    broken: list[tuple[datetime, str]] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)
    stages: set[str] = field(default_factory=set)
    steps: int = 0
    decisions: int = 0

    @property
    def was_lost_to_silence(self) -> bool:
        return self.state.status != "open" and bool(self.ended) and self.ended[-1].part == "quiet"


def retell(playbook: Playbook, past: Past, roster: Roster, until: datetime) -> Retold:
    """Everything that happened, with this playbook's rules, up to a moment."""
    teller = Teller(playbook, past, roster)
    for happened in past.happened:
        if not is_decided_anew(happened.fact):
            teller.run_until(happened.at)
            teller.hear(happened)
    teller.run_until(until)
    return teller.told


def is_decided_anew(fact: Fact) -> bool:
    """Due tasks, and what became of messages that rules sent."""
    if isinstance(fact, facts.MessageHandedOver):
        return not fact.by
    return isinstance(fact, OF_THE_MACHINE) or bool(getattr(fact, "rule_id", ""))


class Teller:
    """A journey under way."""

    def __init__(self, playbook: Playbook, past: Past, roster: Roster) -> None:
        self.playbook = playbook
        self.past = past
        self.roster = roster
        self.customer = past.customer
        self.rules = {task.id: task for task in past.tasks}
        self.told = Retold()

    @property
    def state(self) -> State:
        return self.told.state

    def run_until(self, end: datetime) -> None:
        while (task := self.coming()) and task.due_at <= end:
            self.decide(facts.TaskDue(task_id=task.id, title=task.title), task.due_at, {})

    def coming(self) -> TaskState | None:
        machine = (task for task in self.state.tasks if not task.is_for_person)
        return min(machine, key=lambda task: (task.due_at, task.id), default=None)

    def hear(self, happened: Happened) -> None:
        """A fact from outside; a step that these rules never set was not there to be done."""
        fact = happened.fact
        if hasattr(fact, "task_id"):
            task = self.task_meant(fact.task_id)
            if task is None:
                return
            fact = replace(fact, task_id=task.id)  # type: ignore[type-var]
        if isinstance(fact, facts.StageChosen) and fact.stage not in self.playbook.stages:
            return
        self.decide(fact, happened.at, happened.parts)

    def task_meant(self, id: str) -> TaskState | None:
        """The step with the same rule, or the same title when it was planned by hand."""
        known = self.rules.get(id)
        if known is None:
            return None
        for task in self.state.person_tasks:
            if task.rule_id == known.rule_id if known.rule_id else task.title == known.title:
                return task
        return next((task for task in self.state.person_tasks if task.kind == known.kind), None)

    def decide(self, fact: Fact, at: datetime, parts: dict[str, Any] | Any) -> None:
        world = world_of(self.roster, self.customer, at, parts)
        if isinstance(fact, facts.TaskDue):
            touches = sum(sent.at > at - A_DAY for sent in self.told.sent)
            world = replace(world, customer=replace(world.customer, touches=touches))
        if isinstance(fact, facts.ConsentGiven):
            if fact.is_about_their_request:
                self.customer = replace(self.customer, opted_out=self.customer.opted_out - {fact.channel})
            return
        if isinstance(fact, facts.ConsentWithdrawn) and fact.is_about_their_request:
            self.customer = replace(self.customer, opted_out=self.customer.opted_out | {fact.channel})
        self.told.decisions += 1
        turn = play(self.playbook, self.state, fact, world, at, mark=str(self.told.decisions))
        self.told.state = turn.state
        self.told.stages.add(turn.state.stage)
        for effect in turn.effects:
            self.note(effect, at)
        for effect in turn.effects:
            if isinstance(effect, Send) and not effect.suppressed:
                self.decide(
                    facts.MessageHandedOver(message_id="", channel=effect.channel, rule_id=effect.rule_id), at, {}
                )

    def note(self, effect: Effect, at: datetime) -> None:
        match effect:
            case MoveStage(stage=stage):
                self.told.stages.add(stage)
            case Send():
                sent = Sent(at=at, message=effect.message, rule_id=effect.rule_id)
                (self.told.held if effect.suppressed else self.told.sent).append(sent)
            case BreakClock(rule_id=rule):
                self.told.broken.append((at, rule))
            case Park(why=why, rule_id=rule):
                self.told.ended.append(Ended(at=at, how="parked", reason=why, part=self.part_of(rule)))
            case Close(outcome=outcome, why=why, rule_id=rule):
                self.told.ended.append(Ended(at=at, how=outcome, reason=why, part=self.part_of(rule)))
            case AddTask() if effect.assignee and not effect.replaces:
                self.told.steps += 1

    def part_of(self, rule_id: str) -> str:
        place = self.playbook.places.get(rule_id)
        return place.part if place else ""
