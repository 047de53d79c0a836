"""What the engine knows: the journey's state and the world around it, as frozen values. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from trellis.core.business_time import Hours
from trellis.core.conditions import AnyCase
from trellis.core.quick import changed, quick, write

PERSON_KINDS = frozenset({"call", "reply", "meet", "do"})
RESPONSE_CLOCKS = frozenset({"first_response", "reply"})


@quick
@dataclass(frozen=True)
class TaskState:
    """An open task. `id` is a row's id, or `+n` after the decision's mark for one that this decision adds."""

    id: str
    kind: str
    title: str
    due_at: datetime
    rule_id: str = ""
    episode: int = 1
    assignee: str = ""

    @property
    def is_for_person(self) -> bool:
        return self.kind in PERSON_KINDS


@quick
@dataclass(frozen=True)
class ClockState:
    """A running clock."""

    kind: str
    rule_id: str
    episode: int
    due_at: datetime


@quick
@dataclass(frozen=True, kw_only=True)
class Offer:
    """The owner hands it over to `taker`, once they accept. `asked` were all offered it since the stage was entered."""

    taker: str
    due_at: datetime
    asked: tuple[str, ...] = ()
    by_hand: bool = False


@dataclass(frozen=True, kw_only=True)
class Held:
    """It stands still since then, because `version` was published and nobody has decided yet.

    `tasks` are what the machine would have done, outside of time: each is due as long after `since` as it had left.
    Their rules name them.
    """

    since: datetime
    version: int
    tasks: tuple[TaskState, ...] = ()


@quick
@dataclass(frozen=True, kw_only=True)
class State:
    """One journey. `stage` is empty before it starts; `fired` holds the rules that ran in this episode.

    While there is an `offer` the owner still has it.
    """

    status: str = "open"
    stage: str = ""
    owner: str = ""
    offer: Offer | None = None
    episode: int = 0
    parks: int = 0
    priority: bool = False
    taken_over: bool = False
    delivered: bool = False
    answers: Mapping[str, str] = field(default_factory=dict)
    tasks: tuple[TaskState, ...] = ()
    clocks: tuple[ClockState, ...] = ()
    timed: frozenset[str] = frozenset()
    fired: frozenset[str] = frozenset()
    held: Held | None = None

    def but(self, **changes: Any) -> "State":
        """The same with these changes."""
        return changed(self, **changes)

    def draft(self) -> "Draft":
        """The same to be worked on."""
        copy = object.__new__(Draft)
        copy.__dict__.update(self.__dict__)
        return copy

    def done(self) -> "State":
        """As it stands now, for good."""
        return self

    def task(self, id: str) -> TaskState | None:
        for task in self.tasks:
            if task.id == id:
                return task
        return None

    @property
    def planned(self) -> tuple[TaskState, ...]:
        """All that is to come, with what stands still."""
        return (*self.tasks, *self.held.tasks) if self.held else self.tasks

    @property
    def person_tasks(self) -> tuple[TaskState, ...]:
        return tuple([task for task in self.tasks if task.kind in PERSON_KINDS])


class Draft(State):
    """A state in the making, which only its turn holds: a dozen changes a decision are written into it in place."""

    def but(self, **changes: Any) -> State:
        self.__dict__.update(changes)
        return self

    def done(self) -> State:
        """As it stands now, for good. The draft is not to be used after that."""
        state = object.__new__(State)
        write(state, "__dict__", self.__dict__)
        return state


@quick
@dataclass(frozen=True, kw_only=True)
class Person:
    """Someone of the business, as they are at this moment. `teams` maps a team's key to their turn in it.

    `covers` holds the areas and skills that are theirs, in lower case; `load` is how many open journeys they have.
    """

    id: str
    name: str
    role: str
    teams: Mapping[str, int]
    on_duty: bool
    next_on_duty_at: datetime
    away_until: datetime | None = None
    last_assigned_at: datetime | None = None
    covers: frozenset[str] = frozenset()
    load: int = 0

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0]


@quick
@dataclass(frozen=True, kw_only=True)
class Customer:
    """Who the contact is, how we may reach them, and who knows them. `zone_source` says where the time zone came from.

    `source` is what brought them here first; `tags` are known where a rule of their playbook asks about them.
    `had_by` are the users who had this customer, the last one first; `spoke_with` is who spoke with them last.
    """

    name: str = ""
    first_name: str = ""
    reachable: frozenset[str] = frozenset()
    opted_out: frozenset[str] = frozenset()
    last_channel: str = ""
    source: str = ""
    tags: frozenset[str] = frozenset()
    time_zone: str = "UTC"
    zone_source: str = "business"
    touches: int = 0
    had_by: tuple[str, ...] = ()
    spoke_with: str = ""

    def tagged(self, tag: str) -> "Customer":
        """With one tag more, unless they wear it in other letters."""
        return self if tag in AnyCase(self.tags) else changed(self, tags=self.tags | {tag})


@quick
@dataclass(frozen=True)
class World:
    """All that a decision may use beyond the journey itself."""

    people: tuple[Person, ...]
    hours: Hours
    customer: Customer

    def person(self, id: str) -> Person | None:
        for person in self.people:
            if person.id == id:
                return person
        return None

    def record(self, part: str) -> dict[str, Any]:
        """The named part as JSON types, kept with each decision that used it."""
        match part:
            case "people":
                return {
                    "people": [
                        [
                            *(person.id, person.on_duty, text(person.next_on_duty_at), text(person.last_assigned_at)),
                            *(person.role, dict(person.teams)),
                        ]
                        for person in self.people
                    ]
                }
            case "load":
                return {"load": {person.id: person.load for person in self.people}}
            case "covers":
                return {"covers": {person.id: sorted(person.covers) for person in self.people if person.covers}}
            case "customer":
                values = asdict(self.customer)
                return {"customer": {name: sorted(v) if isinstance(v, frozenset) else v for name, v in values.items()}}
            case "hours":
                return {"hours": self.hours.key}
            case _:
                return {}


def text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def leading(tasks: tuple[TaskState, ...]) -> TaskState | None:
    """The next step: a person's task where any is open, else the earliest of the machine's."""
    return min(tasks, key=lambda task: (not task.is_for_person, task.due_at, task.id), default=None)


def if_nobody_acts(tasks: tuple[TaskState, ...]) -> TaskState | None:
    """What the machine does next by itself."""
    return min(
        (task for task in tasks if not task.is_for_person), key=lambda task: (task.due_at, task.id), default=None
    )
