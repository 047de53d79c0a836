"""The engine's own transition system, searched breadth first: what can become of a journey under one playbook. Pure.

States that differ only in what no rule can tell apart are one node, kept as the first story that led there; so every
node is a real state, and its story the shortest that was found.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from trellis.events import catalogue as facts
from trellis.events.catalogue import Fact
from trellis.journeys.engine.effects import Deliver, Effect
from trellis.journeys.engine.state import RESPONSE_CLOCKS, Customer, State
from trellis.journeys.lint.alphabet import Alphabet, Happening
from trellis.journeys.lint.finding import Counterexample
from trellis.journeys.lint.people import fresh
from trellis.journeys.playbook.schema import Next, Playbook
from trellis.journeys.rehearsal.roster import Roster
from trellis.journeys.rehearsal.walk import Step, Walk

MOST_NODES = 3_000
A_MINUTE = timedelta(minutes=1)
Key = tuple[Any, ...]


@dataclass(eq=False)
class Node:
    """A state that a journey can be in, with the story that led there. `time` is what follows if nobody acts."""

    walk: Walk
    key: Key
    edges: "list[Edge]" = field(default_factory=list)

    @property
    def state(self) -> State:
        return self.walk.state

    @property
    def stage(self) -> str:
        return self.walk.state.stage

    @property
    def time(self) -> "Edge | None":
        return next((edge for edge in self.edges if edge.by == "time"), None)

    @property
    def owes_reply(self) -> bool:
        return any(clock.kind in RESPONSE_CLOCKS for clock in self.state.clocks)


@dataclass(eq=False)
class Edge:
    """What one happening led to. `steps` are the decisions it took."""

    by: str
    before: Node | None
    after: Node
    steps: Sequence[Step]

    @property
    def story(self) -> list[Step]:
        """All that was decided up to here."""
        return [*(self.before.walk.steps if self.before else ()), *self.steps]

    @property
    def effects(self) -> Iterator[Effect]:
        return (effect for step in self.steps for effect in step.effects)


@dataclass
class Search:
    """The graph. `bounded` says that there was more than could be looked at."""

    playbook: Playbook
    roster: Roster
    customer: Customer
    nodes: dict[Key, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    bounded: bool = False

    def __post_init__(self) -> None:
        self.alphabet = Alphabet(self.playbook)
        self.exits = {
            id
            for id, place in self.playbook.places.items()
            if isinstance(place.rule, Next) or place.rule.action in ("park", "close")
        }

    def run(self, times: Iterable[datetime]) -> "Search":
        """From every first signal at each of these times."""
        waiting = deque[Node]()
        for number, at in enumerate(times):
            for fact in self.alphabet.starts() if number == 0 else [next(self.alphabet.starts())]:
                walk = Walk(self.playbook, fresh(self.roster), self.customer, at)
                self.go(None, walk, Happening("customer", (fact,)), waiting)
        while waiting:
            node = waiting.popleft()
            for happening in self.alphabet.happenings(node.walk):
                self.go(node, branch(node.walk), happening, waiting)
        return self

    def go(self, node: Node | None, walk: Walk, happening: Happening, waiting: deque[Node]) -> None:
        """Let it happen, and remember where it led."""
        began = len(walk.steps)
        tell(walk, happening, first=node is None)
        after = self.node(walk, waiting)
        edge = Edge(happening.by, node, after, walk.steps[began:])
        self.edges.append(edge)
        if node:
            node.edges.append(edge)

    def node(self, walk: Walk, waiting: deque[Node]) -> Node:
        key = self.key(walk)
        found = self.nodes.get(key)
        if found is None:
            found = self.nodes[key] = Node(walk, key)
            if len(self.nodes) <= MOST_NODES:
                waiting.append(found)
            else:
                self.bounded = True
        return found

    def key(self, walk: Walk) -> Key:
        """What rules can tell apart, in the stage and in those ahead of it."""
        state = walk.state
        coming = walk.coming()
        steps = {task.rule_id for task in state.person_tasks}
        return (
            state.status,
            state.stage,
            state.taken_over,
            state.delivered,
            len(state.offer.asked) if state.offer else -1,
            frozenset(clock.kind for clock in state.clocks),
            coming.rule_id if coming else "",
            frozenset(task.rule_id for task in state.tasks if task.rule_id in self.exits),
            frozenset(steps & self.alphabet.done_rules),
            step_class(state),
            self.known(state),
        )

    def known(self, state: State) -> tuple[Any, ...]:
        """The answers that can still make a difference, and whether all are in."""
        relevant = self.alphabet.relevant[state.stage]
        answers = tuple(sorted((key, value) for key, value in state.answers.items() if key in relevant))
        complete = "" in relevant and all(state.answers.get(one.key) for one in self.playbook.questions)
        return (*answers, complete)

    def of_stage(self, key: str) -> list[Node]:
        """Open states of one stage, those with the shortest story first."""
        return [node for node in self.nodes.values() if node.stage == key and node.state.status == "open"]

    @property
    def deliveries(self) -> list[Edge]:
        """What leads to a delivery, first where nothing else is owed."""
        edges = [edge for edge in self.edges if any(isinstance(effect, Deliver) for effect in edge.effects)]
        return sorted(edges, key=lambda edge: edge.after.owes_reply)

    @property
    def reached(self) -> set[str]:
        return {node.stage for node in self.nodes.values()}

    def story(self, steps: Iterable[Step], ends: str) -> Counterexample:
        """That a message of a rule was handed over follows by itself, and is not told."""
        told = tuple((step.at, step.fact) for step in steps if not follows_by_itself(step.fact))
        return Counterexample(customer=self.customer, facts=told, ends=ends, zone=self.roster.hours.zone)


def step_class(state: State) -> str:
    """Whether one of us has something to do: a step of a rule, only one that the engine set by itself, or nothing."""
    rules = {task.rule_id for task in state.person_tasks}
    return "rule" if any("/" not in rule for rule in rules) else "own" if rules else ""


def tell(walk: Walk, happening: Happening, *, first: bool = False) -> None:
    at = walk.at if first else walk.at + A_MINUTE
    for fact in happening.facts:
        task = walk.state.task(fact.task_id) if isinstance(fact, facts.TaskDue) else None
        walk.tell(fact, at=max(walk.at, task.due_at) if task else at)


def branch(walk: Walk) -> Walk:
    """The same story so far, free to go on another way."""
    return Walk(walk.playbook, fresh(walk.roster), walk.customer, walk.at, walk.state, list(walk.steps))


def follows_by_itself(fact: Fact) -> bool:
    return isinstance(fact, facts.MessageHandedOver) and not fact.by
