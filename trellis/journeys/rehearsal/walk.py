"""One journey walked in memory by the engine itself: facts are told, time passes, what is due happens. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from trellis.core.quick import changed
from trellis.events.catalogue import ConsentWithdrawn, Fact, MessageHandedOver, TaskDue
from trellis.journeys.engine.decide import play
from trellis.journeys.engine.effects import AddTag, Assign, Effect, Send
from trellis.journeys.engine.ownership import who_spoke
from trellis.journeys.engine.state import Customer, State, TaskState, leading
from trellis.journeys.playbook.schema import Playbook
from trellis.journeys.rehearsal.roster import Roster

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Step:
    """One fact that was decided on: what it found, what it led to, what it left."""

    fact: Fact
    at: datetime
    before: State
    effects: Sequence[Effect]
    after: State


@dataclass
class Walk:
    """One customer walking one playbook. Messages of rules are handed over at once, as a mail server would."""

    playbook: Playbook
    roster: Roster
    customer: Customer
    at: datetime
    state: State = field(default_factory=State)
    steps: list[Step] = field(default_factory=list)

    def tell(self, fact: Fact, *, at: datetime | None = None) -> Step:
        """Let the engine decide on a fact now; what it sends is handed over."""
        self.at = at or self.at
        step = self.decide(fact)
        for effect in step.effects:
            if isinstance(effect, Send) and not effect.suppressed:
                self.decide(
                    MessageHandedOver(message_id=self.name("m"), channel=effect.channel, rule_id=effect.rule_id)
                )
        return step

    def decide(self, fact: Fact) -> Step:
        before = self.state
        world = self.roster.world(self.known_customer(fact), self.at)
        turn = play(self.playbook, before, fact, world, self.at, mark=self.name())
        self.state = turn.state
        for effect in turn.effects:
            if isinstance(effect, Assign):
                self.roster.assigned(effect.owner, self.at)
                self.customer = changed(self.customer, had_by=(effect.owner, *self.customer.had_by))
            elif isinstance(effect, AddTag):
                self.customer = self.customer.tagged(effect.tag)
        self.roster.passed(*(state.owner if state.status == "open" else "" for state in (before, self.state)))
        self.steps.append(Step(fact, self.at, before, turn.effects, self.state))
        return self.steps[-1]

    def known_customer(self, fact: Fact) -> Customer:
        """The customer as they are known at this moment: what they asked us to stop, and how often we wrote of late."""
        if isinstance(fact, ConsentWithdrawn):
            self.customer = changed(self.customer, opted_out=self.customer.opted_out | {fact.channel})
        elif fact.from_customer and (channel := getattr(fact, "channel", "")):
            self.customer = changed(self.customer, last_channel=channel)
        elif user := who_spoke(fact):
            self.customer = changed(self.customer, spoke_with=user)
        if not isinstance(fact, TaskDue):
            return self.customer
        return changed(self.customer, touches=len(self.sent(since=self.at - A_DAY)))

    def sent(self, *, since: datetime | None = None) -> list[tuple[datetime, Send]]:
        """Every message that a rule sent, with its time."""
        return [
            (step.at, effect)
            for step in self.steps
            if since is None or step.at > since
            for effect in step.effects
            if isinstance(effect, Send) and not effect.suppressed
        ]

    def name(self, ref: str = "") -> str:
        return f"{len(self.steps)}{ref}"

    def until(self, end: datetime) -> None:
        """Let time pass; every task of the machine happens when it is due."""
        while (task := self.coming()) and task.due_at <= end:
            self.tell(TaskDue(task_id=task.id, title=task.title), at=max(self.at, task.due_at))
        self.at = max(self.at, end)

    def coming(self) -> TaskState | None:
        """What the machine does next."""
        machine = (task for task in self.state.tasks if not task.is_for_person)
        return min(machine, key=lambda task: (task.due_at, task.id), default=None)

    @property
    def next_step(self) -> TaskState | None:
        return leading(self.state.tasks)

    def task_of(self, rule_id: str) -> TaskState | None:
        """The open task that this rule set."""
        return next((task for task in self.state.tasks if task.rule_id == rule_id), None)
