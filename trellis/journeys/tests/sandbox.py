"""A journey walked in memory: the pure engine alone, with made-up people, hours and a customer. No database."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from trellis.core.business_time import Hours
from trellis.events import catalogue as facts
from trellis.events.catalogue import Fact
from trellis.journeys.engine.decide import decide
from trellis.journeys.engine.effects import AddTask, Assign, Effect, Send
from trellis.journeys.engine.state import Customer, Person, State, TaskState, World, leading
from trellis.journeys.playbook.load import load_playbook
from trellis.journeys.playbook.schema import Playbook

CHICAGO = ZoneInfo("America/Chicago")
WEEK = {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
OFFICE = Hours.read("office", "America/Chicago", WEEK)

PACK = Path(__file__).parents[1] / "playbook" / "packs" / "storm-and-repair.yaml"
STORM = load_playbook(PACK.read_text())
# The same without its scenarios, for tests that take parts of it away.
RULES = PACK.read_text().split("\nscenarios:")[0] + "\n"

RENEE = Customer(
    name="Renee Castillo",
    first_name="Renee",
    reachable=frozenset({"email", "sms"}),
    last_channel="web",
    time_zone="America/Chicago",
)


def local(text: str) -> datetime:
    """An instant from the clock on the office wall: local("2026-06-09 10:00"), a Tuesday."""
    return datetime.fromisoformat(text).replace(tzinfo=CHICAGO)


TUESDAY = local("2026-06-09 10:00")


def person(name: str, role: str, teams: Sequence[str], place: int) -> Person:
    return Person(
        id=name.lower(),
        name=f"{name} Doe",
        role=role,
        teams=dict.fromkeys(teams, place),
        on_duty=True,
        next_on_duty_at=TUESDAY,
    )


# Maya manages and deals with leads beside Ben; Ben and Priya estimate; Tom leads the crew.
STAFF = (
    person("Maya", "admin", ["front-desk"], 0),
    person("Ben", "sales", ["front-desk", "estimators"], 1),
    person("Priya", "sales", ["estimators"], 2),
    person("Tom", "sales", ["crew"], 0),
)


@dataclass
class Step:
    """One fact that was decided on: what it found, what it led to, what it left."""

    fact: Fact
    at: datetime
    before: State
    effects: list[Effect]
    after: State

    def of(self, *kinds: type[Effect]) -> list[Effect]:
        return [effect for effect in self.effects if isinstance(effect, kinds)]


@dataclass(repr=False)
class Walk:
    """One journey and the world around it. `tell` decides on a fact now; `until` lets the machine do what is due."""

    playbook: Playbook = STORM
    at: datetime = TUESDAY
    state: State = field(default_factory=State)
    staff: tuple[Person, ...] = STAFF
    away: dict[str, datetime] = field(default_factory=dict)
    customer: Customer = RENEE
    hours: Hours = OFFICE
    steps: list[Step] = field(default_factory=list)

    def __repr__(self) -> str:
        """The story so far, as a failing property prints it."""
        told = [f"{step.at:%m-%d %H:%M} {step.fact} -> {step.after.status} {step.after.stage}" for step in self.steps]
        path = "" if self.playbook is STORM else f"\n{self.playbook.model_dump(by_alias=True, exclude_defaults=True)}"
        return "\n".join([*told, *map(str, self.state.tasks), *map(str, self.state.clocks)]) + path

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """The name by which hypothesis asks."""
        printer.text(repr(self))

    def world(self) -> World:
        """People as they are at this moment."""
        return World(people=tuple(map(self.now, self.staff)), hours=self.hours, customer=self.customer)

    def now(self, someone: Person) -> Person:
        back = self.away.get(someone.id)
        back = back if back and back > self.at else None
        opening = self.hours.next_open(back or self.at)
        return replace(someone, on_duty=opening == self.at, next_on_duty_at=opening, away_until=back)

    def tell(self, fact: Fact, *, at: datetime | str | None = None) -> Step:
        self.at = local(at) if isinstance(at, str) else at or self.at
        before = self.state
        effects = decide(self.playbook, before, fact, self.world(), self.at)
        self.state = self.settled(effects)
        self.staff = tuple(self.dealt(someone, effects) for someone in self.staff)
        self.steps.append(Step(fact, self.at, before, effects, self.state))
        return self.steps[-1]

    def settled(self, effects: Sequence[Effect]) -> State:
        """The state after the effects; each new task gets an id of its own, as the shell does it."""
        state = self.state
        for effect in effects:
            state = effect.on(state)
        ids = {effect.ref: f"{len(self.steps)}{effect.ref}" for effect in effects if isinstance(effect, AddTask)}
        return replace(state, tasks=tuple(replace(task, id=ids.get(task.id, task.id)) for task in state.tasks))

    def dealt(self, someone: Person, effects: Sequence[Effect]) -> Person:
        given = any(isinstance(effect, Assign) and effect.owner == someone.id for effect in effects)
        return replace(someone, last_assigned_at=self.at) if given else someone

    def wait(self, time: timedelta) -> None:
        self.until(self.at + time)

    def until(self, end: datetime | str) -> None:
        """Let time pass; every task of the machine happens when it is due."""
        end = local(end) if isinstance(end, str) else end
        while (task := self.coming()) and task.due_at <= end:
            self.do(task)
        self.at = max(self.at, end)

    def do(self, task: TaskState) -> Step:
        """The time of a machine's task has come."""
        return self.tell(facts.TaskDue(task_id=task.id, title=task.title), at=max(self.at, task.due_at))

    def coming(self) -> TaskState | None:
        """What the machine does next."""
        machine = [task for task in self.state.tasks if not task.is_for_person]
        return min(machine, key=lambda task: (task.due_at, task.id), default=None)

    @property
    def next_step(self) -> TaskState:
        step = leading(self.state.tasks)
        assert step is not None
        return step

    def mine(self, rule_id: str) -> TaskState:
        """The open task that this rule set."""
        return next(task for task in self.state.tasks if task.rule_id == rule_id)

    @property
    def rules(self) -> list[str]:
        """The rules behind the open tasks, a person's first, then by time."""
        tasks = sorted(self.state.tasks, key=lambda task: (not task.is_for_person, task.due_at))
        return [task.rule_id for task in tasks]

    @property
    def clocks(self) -> list[str]:
        return sorted(clock.kind for clock in self.state.clocks)

    def said(self) -> list[str]:
        """Every message that was queued, by the names the playbook gives them."""
        sent = [effect for step in self.steps for effect in step.effects if isinstance(effect, Send)]
        return [effect.message for effect in sent if not effect.suppressed]


def signal(kind: str = "form", channel: str = "web", **more: object) -> facts.SignalCaptured:
    return facts.SignalCaptured(signal_id="s", kind=kind, channel=channel, **more)  # type: ignore[arg-type]


def started(kind: str = "form", channel: str = "web", at: datetime | str = TUESDAY, **more: object) -> Walk:
    """A journey that such a signal started."""
    walk = Walk()
    walk.tell(signal(kind, channel, **more), at=at)
    return walk


def wrote(channel: str = "sms") -> facts.MessageReceived:
    return facts.MessageReceived(message_id="m", channel=channel, text="Yes please")


def replied(by: str, channel: str = "sms") -> facts.MessageHandedOver:
    return facts.MessageHandedOver(message_id="m", channel=channel, by=by)


def spoke(by: str = "") -> facts.CallAnswered:
    return facts.CallAnswered(call_id="c", direction="out", by=by)


def tried(by: str) -> facts.CallTried:
    return facts.CallTried(call_id="c", outcome="no_answer", by=by)


def done(task: TaskState, by: str, **more: object) -> facts.TaskDone:
    return facts.TaskDone(task_id=task.id, title=task.title, by=by, **more)  # type: ignore[arg-type]
