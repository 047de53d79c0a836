"""One decision in the making: effects as they are found, and the state as they leave it. Pure."""

from datetime import datetime
from functools import reduce
from zoneinfo import ZoneInfo

from trellis.core.conditions import Condition
from trellis.events.catalogue import Fact
from trellis.journeys.engine.conditions import asks_customer, holds
from trellis.journeys.engine.effects import AddTask, CloseTask, Defer, Effect, Forget, HoldBack
from trellis.journeys.engine.state import PERSON_KINDS, State, TaskState, World
from trellis.journeys.engine.wording import render_title, title_of
from trellis.journeys.playbook.schema import Next, Playbook, Rule, RulePlace, Stage


class Turn:
    """Holds what one fact leads to. Each effect is applied to `state` at once, so later rules see it."""

    def __init__(
        self, playbook: Playbook, state: State, fact: Fact, world: World, at: datetime, *, mark: str = ""
    ) -> None:
        self.playbook = playbook
        self.state: State = state.draft()
        self.fact = fact
        self.trigger = fact.trigger
        self.world = world
        self.at = at
        self.mark = mark
        self.effects: list[Effect] = []
        self.began = state
        self.opened_episode = False
        self.asked: set[str] = set()

    def do(self, effect: Effect) -> None:
        self.effects.append(effect)
        self.state = effect.on(self.state)

    def take_back_last(self) -> None:
        """Undo the last effect: every effect is a function of the state before it."""
        self.effects.pop()
        self.state = reduce(lambda state, effect: effect.on(state), self.effects, self.began)

    def allows(self, condition: Condition | None) -> bool:
        """Whether a rule's condition holds now. What it asks of the world is kept with all that is decided."""
        if condition is None:
            return True
        if asks_customer(condition):
            self.asked.add("customer")
        here = self.at.astimezone(ZoneInfo(self.world.hours.zone))
        return holds(condition, self.state, self.world.customer, at=here)

    @property
    def added(self) -> list[TaskState]:
        """The tasks that this decision added and left open."""
        start = f"{self.mark}+"
        return [task for task in self.state.tasks if task.id.startswith(start)]

    @property
    def has_ended(self) -> bool:
        """Parked or closed, maybe by a rule of this very decision: nothing more is planned."""
        return self.state.status != "open"

    @property
    def stage(self) -> Stage:
        return self.playbook.stages[self.state.stage]

    def place(self, task: TaskState) -> RulePlace | None:
        """Where the rule behind a task stands. A wake-up only remembers the rule that parked."""
        return None if task.kind == "wake" else self.playbook.places.get(task.rule_id)

    def title_of(self, rule: Rule | Next) -> str:
        """What a rule will do, in words for this customer."""
        return self.worded(title_of(self.playbook, rule))

    def worded(self, template: str) -> str:
        """A title of the playbook or of ours, filled in. What a person typed is never read as a template."""
        return render_title(template, self.world.customer)

    def add_task(
        self,
        *,
        kind: str,
        title: str,
        due_at: datetime,
        why: str,
        rule_id: str = "",
        assignee: str = "",
        replaces: str = "",
    ) -> None:
        if self.state.held and self.stands_still(kind, rule_id):
            return self.defer(kind=kind, title=title, due_at=due_at, rule_id=rule_id, why=why)
        return self.do(
            AddTask(
                ref=f"{self.mark}+{len(self.effects)}",
                kind=kind,
                title=title,
                due_at=due_at,
                assignee=assignee,
                episode=self.state.episode,
                replaces=replaces,
                rule_id=rule_id,
                why=why,
                used=("hours",),
            )
        )

    def stands_still(self, kind: str, rule_id: str) -> bool:
        """Whether such a task waits until somebody decides: what the machine would say, move or end by itself."""
        if self.state.held is None or kind == "wake" or kind in PERSON_KINDS:
            return False
        place = self.playbook.places.get(rule_id)
        return not (place and place.limit)

    def defer(self, *, kind: str, title: str, due_at: datetime, rule_id: str, why: str) -> None:
        """Keep what is left of its time: from `held.since` it is as far away as from now."""
        assert self.state.held
        due = due_at - (self.at - self.state.held.since)
        task = TaskState(
            id=f"held:{rule_id}", kind=kind, title=title, due_at=due, rule_id=rule_id, episode=self.state.episode
        )
        self.do(Defer(task=task, rule_id=rule_id, why=why))

    def close_task(self, task: TaskState, status: str, why: str, *, by: str = "") -> None:
        if task.id.startswith("held:"):
            return self.do(Forget(task=task.id, rule_id=task.rule_id, why=why))
        return self.do(CloseTask(task=task.id, status=status, by=by, rule_id=task.rule_id, why=why))

    def replace_task(self, task: TaskState, why: str, *, due_at: datetime | None = None, assignee: str = "") -> None:
        """The same step with another time or another person: a new task in the old one's place."""
        self.add_task(
            kind=task.kind,
            title=task.title,
            due_at=due_at or task.due_at,
            why=why,
            rule_id=task.rule_id,
            assignee=assignee or task.assignee,
            replaces=task.id,
        )
        self.close_task(task, "replaced", why)

    def hold_back(self, rule_id: str, why: str, *used: str) -> None:
        self.do(HoldBack(rule_id=rule_id, why=why, used=used))
