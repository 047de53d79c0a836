"""A playbook as a typed document: what the YAML may say, and nothing else.

Stages are the columns; the six kinds of rule are the rows: what a stage means and what moves it on (`next`),
ownership (`owner`), timing (`limits`), messaging (`enter`, `when`), recovery (`quiet`), after delivery.
Durations in `due` and `within` are working time of the playbook's calendar; `after` is plain elapsed time.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, StringConstraints, model_validator

from trellis.core.durations import Duration

KEY_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
NAME_PATTERN = r"^[a-z][a-z0-9_]*$"
TIME_PATTERN = r"^([01]\d|2[0-3]):[0-5]\d$"
Key = Annotated[str, StringConstraints(pattern=KEY_PATTERN, max_length=64)]
Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN, max_length=40)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True)]
Span = Annotated[
    Duration,
    BeforeValidator(lambda value: value if isinstance(value, Duration) else Duration.parse(str(value))),
    PlainSerializer(str),
]
ClockTime = Annotated[str, StringConstraints(pattern=TIME_PATTERN)]
Trigger = Literal[
    "form", "call", "missed_call", "message", "referral",
    "message_received", "call_answered", "call_tried", "person_replied", "answers_complete",
]  # fmt: skip

PHASES: Mapping[str, tuple[str, ...]] = {
    "sales": ("new", "conversation", "qualified", "proposal", "booked", "delivery", "customer", "loyal"),
    "support": ("received", "working", "waiting", "solved"),
    "care": ("due", "in_touch", "renewed", "resting"),
}
# A journey in one of these has been won: a new request starts a new journey instead of joining it.
WON_PHASES = frozenset({"customer", "loyal"})


class Part(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, ignored_types=(cached_property,)
    )


class Condition(Part):
    """`{field: answers.urgency, is: yes}`, or `all`, `any`, `none` of such."""

    field: str | None = None
    is_: str | None = Field(default=None, alias="is")
    is_not: str | None = None
    known: bool | None = None
    all: list["Condition"] | None = None
    any: list["Condition"] | None = None
    none: list["Condition"] | None = None

    @model_validator(mode="after")
    def one_shape(self) -> "Condition":
        groups = [self.all, self.any, self.none]
        tests = [self.is_, self.is_not, self.known]
        if self.field is None:
            if sum(group is not None for group in groups) != 1 or any_given(tests):
                raise ValueError("a condition has a field with is, is_not or known, or one of all, any, none")
        elif any_given(groups) or sum(test is not None for test in tests) != 1:
            raise ValueError("a condition on a field has exactly one of is, is_not, known")
        return self


class TaskSpec(Part):
    """A step for a person: `{call: "Call {{ contact.first_name }}", due: 5m}`."""

    call: Text | None = None
    reply: Text | None = None
    meet: Text | None = None
    do: Text | None = None
    due: Span

    @model_validator(mode="after")
    def one_act(self) -> "TaskSpec":
        if sum(getattr(self, kind) is not None for kind in ("call", "reply", "meet", "do")) != 1:
            raise ValueError("a task is exactly one of call, reply, meet, do")
        return self

    @cached_property
    def kind(self) -> str:
        return next(kind for kind in ("call", "reply", "meet", "do") if getattr(self, kind))

    @cached_property
    def title(self) -> str:
        return str(getattr(self, self.kind))


ACTIONS = ("send", "task", "tag", "priority", "park", "close", "reassign", "escalate")


class Rule(Part):
    """One thing to do, under an id that survives edits."""

    id: Key
    if_: Condition | None = Field(default=None, alias="if")
    after: Span | None = None
    send: Key | None = None
    task: TaskSpec | None = None
    tag: Text | None = None
    priority: Text | None = None
    park: Span | None = None
    close: Literal["won", "lost", "done"] | None = None
    reassign: Literal["next_free"] | None = None
    escalate: Literal["manager"] | None = None
    reason: Text | None = None

    @model_validator(mode="after")
    def one_action(self) -> "Rule":
        given = [action for action in ACTIONS if getattr(self, action) is not None]
        if len(given) != 1:
            raise ValueError(f"a rule does exactly one of {', '.join(ACTIONS)}")
        if given[0] in ("park", "close") and not self.reason:
            raise ValueError(f"{given[0]} needs a reason")
        return self

    @cached_property
    def action(self) -> str:
        return next(action for action in ACTIONS if getattr(self, action) is not None)


class OwnerRule(Part):
    """Who has it. `keep` stays with the owner there is; both pass on to whoever is free when that person is not."""

    team: Key
    by: Literal["round_robin", "keep"] = "round_robin"
    if_away: Literal["next_free"] = "next_free"


class Limit(Part):
    id: Key
    clock: Literal["first_response", "reply", "stage"]
    within: Span
    late: list[Rule] = Field(min_length=1)


class When(Part):
    on: list[Trigger] = Field(min_length=1)
    do: list[Rule] = Field(min_length=1)


class Next(Part):
    """What moves a journey on: one of these facts, one of these tasks done, or so much time."""

    id: Key
    to: Key
    on: list[Trigger] = Field(default_factory=list)
    done: list[Key] = Field(default_factory=list)
    after: Span | None = None
    if_: Condition | None = Field(default=None, alias="if")

    @model_validator(mode="after")
    def something_moves_it(self) -> "Next":
        if not (self.on or self.done or self.after):
            raise ValueError("say what moves it on: on, done or after")
        return self


class Stage(Part):
    title: Text
    phase: str
    means: Text
    owner: OwnerRule
    limits: list[Limit] = Field(min_length=1)
    enter: list[Rule] = Field(default_factory=list)
    when: list[When] = Field(default_factory=list)
    quiet: list[Rule] = Field(default_factory=list)
    next: list[Next] = Field(default_factory=list)


class Message(Part):
    """A message with its contract: it acknowledges, asks one question and gives the next step."""

    title: Text
    channel: Literal["same", "email", "sms"] = "same"
    subject: Text | None = None
    acknowledge: Text
    ask: Text
    next_step: Text

    @property
    def text(self) -> str:
        return f"{self.acknowledge} {self.ask} {self.next_step}"


class Question(Part):
    key: Name
    ask: Text
    options: list[Text] = Field(default_factory=list)


class Parking(Part):
    """What happens when a parked journey wakes; after `at_most` rests it is closed instead."""

    at_most: int = Field(ge=1, le=12)
    wake: list[Rule] = Field(min_length=1)
    reason: Text


class QuietHours(Part):
    """When we do not write by ourselves, in the customer's time."""

    start: ClockTime = Field(alias="from")
    end: ClockTime = Field(alias="to")


class Cap(Part):
    """No more than so many automatic messages to one person in any 24 hours, answers to them not counted."""

    messages: int = Field(ge=1)


class RulePlace(NamedTuple):
    """Where a rule stands. `part` is enter, when, quiet, late, next, after_delivery or wake."""

    part: str
    stage: str
    rule: Rule | Next
    limit: Limit | None = None


class Playbook(Part):
    playbook: Key
    title: Text
    kind: Literal["sales", "support", "care"]
    calendar: Key
    starts_on: list[Literal["form", "call", "missed_call", "message", "referral"]] = Field(min_length=1)
    quiet_hours: QuietHours
    cap: Cap
    questions: list[Question] = Field(default_factory=list)
    stages: dict[Key, Stage] = Field(min_length=1)
    messages: dict[Key, Message] = Field(default_factory=dict)
    after_delivery: list[Rule] = Field(default_factory=list)
    parking: Parking

    @property
    def key(self) -> str:
        return self.playbook

    @cached_property
    def first_stage(self) -> str:
        return next(iter(self.stages))

    @cached_property
    def places(self) -> dict[str, RulePlace]:
        """Every rule by its id."""
        found = {place.rule.id: place for key, stage in self.stages.items() for place in stage_places(key, stage)}
        found |= {rule.id: RulePlace("after_delivery", "", rule) for rule in self.after_delivery}
        return found | {rule.id: RulePlace("wake", "", rule) for rule in self.parking.wake}

    @cached_property
    def delivery_stage(self) -> str:
        """The stage whose entry starts the after-delivery rules: the first in a phase that counts as won."""
        won = WON_PHASES if self.kind == "sales" else frozenset({"solved", "renewed"})
        return next((key for key, stage in self.stages.items() if stage.phase in won), "")


def stage_places(key: str, stage: Stage) -> list[RulePlace]:
    late = [RulePlace("late", key, rule, limit) for limit in stage.limits for rule in limit.late]
    when = [RulePlace("when", key, rule) for when in stage.when for rule in when.do]
    return [
        *(RulePlace("enter", key, rule) for rule in stage.enter),
        *when,
        *late,
        *(RulePlace("quiet", key, rule) for rule in stage.quiet),
        *(RulePlace("next", key, rule) for rule in stage.next),
    ]


def any_given(values: list[Any]) -> bool:
    return any(value is not None for value in values)
