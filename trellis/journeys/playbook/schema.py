"""A playbook as a typed document: what the YAML may say, and nothing else.

Stages are the columns; the six kinds of rule are the rows: what a stage means and what moves it on (`next`),
ownership (`owner`), timing (`limits`), messaging (`enter`, `when`), recovery (`quiet`), after delivery.
Durations in `due` and `within` are working time of the playbook's calendar; `after` is plain elapsed time.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal, NamedTuple, get_args

from pydantic import ConfigDict, Field, model_validator

from trellis.core.conditions import Condition as Condition
from trellis.core.conditions import fields_of
from trellis.journeys.playbook.scenario import Scenario
from trellis.journeys.playbook.values import ClockTime, Key, Name, Part, Span, Text, one_of

Trigger = Literal[
    "form", "call", "missed_call", "message", "referral",
    "message_received", "call_answered", "call_tried", "no_show", "person_replied", "answer_given", "answers_complete",
    "handed_on",
]  # fmt: skip

PHASES: Mapping[str, tuple[str, ...]] = {
    "sales": ("new", "conversation", "qualified", "proposal", "booked", "delivery", "customer", "loyal"),
    "support": ("received", "working", "waiting", "solved"),
    "care": ("due", "in_touch", "renewed", "resting"),
}
# A journey in one of these has been won: a new request starts a new journey instead of joining it.
WON_PHASES = frozenset({"customer", "loyal"})


class TaskSpec(Part):
    """A step for a person: `{call: "Call {{ contact.first_name }}", due: 5m}`."""

    model_config = ConfigDict(json_schema_extra=one_of("call", "reply", "meet", "do"))

    call: Text | None = None
    """Call them: the title of the step."""
    reply: Text | None = None
    """Write back to them."""
    meet: Text | None = None
    """See them, or agree a time."""
    do: Text | None = None
    """Anything else."""
    due: Span
    """How much working time there is, counted from when the step is set."""

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


StepKey = Literal["capture", "follow_up", "service", "qualification", "loyalty"]
STEPS: tuple[StepKey, ...] = get_args(StepKey)
ACTIONS = ("send", "task", "tag", "priority", "park", "close", "reassign", "escalate", "start")


class Rule(Part):
    """One thing to do, under an id that survives edits."""

    model_config = ConfigDict(
        json_schema_extra=one_of(*ACTIONS) | {"dependentRequired": {"park": ["reason"], "close": ["reason"]}}
    )

    id: Key
    """Names the rule for good: it survives edits, so that nothing is done twice. Each rule has its own."""
    if_: Condition | None = Field(default=None, alias="if")
    """Only when this holds at the moment of acting."""
    after: Span | None = None
    """How long to wait first: plain time, day and night; under `late` working time."""
    send: Key | None = None
    """The key of a message that goes out by itself."""
    task: TaskSpec | None = None
    """A step for the owner."""
    tag: Text | None = None
    """A tag that the person gets."""
    priority: Text | None = None
    """Mark it as urgent: this is the reason that people read."""
    park: Span | None = None
    """Let it rest for so long; it wakes by itself."""
    close: Literal["won", "lost", "done"] | None = None
    """End the journey, as this."""
    reassign: Literal["next_free"] | None = None
    """Give it to the next person who is free."""
    escalate: Literal["manager"] | None = None
    """Tell the owner and the managers."""
    start: Key | None = None
    """The key of a playbook that the customer walks on in, unless they do already."""
    reason: Text | None = None
    """Why it rests or is closed."""
    step: StepKey | None = None
    """The step of the customer's way that it belongs to, where its place does not say so."""

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
    """Who has it: always one name.

    `by` says who of the team comes first: whoever waited longest (`round_robin`), whoever has least (`load`), the owner
    there is (`keep`), whoever of the team had this customer last (`last_owner`), whoever spoke with them last
    (`who_replied`); without such a person it goes by turn. `match` names a field whose value they should cover.
    With `accept` the one who has it hands it over: the next one has that much working time to accept.
    """

    team: Key
    """The key of the team that has it."""
    by: Literal["round_robin", "load", "keep", "last_owner", "who_replied"] = "round_robin"
    """Who of the team comes first."""
    match: str | None = None
    """The field whose value they should cover, such as `answers.area`."""
    if_away: Literal["next_free", "wait"] = "next_free"
    """What happens when that person is off duty."""
    if_nobody: Literal["back_first", "manager"] = "back_first"
    """Who has it when nobody of the team is on duty."""
    accept: Span | None = None
    """How much working time the next one has to accept it; without it, it is theirs at once."""


class Limit(Part):
    id: Key
    """Names the promise for good, like that of a rule."""
    clock: Literal["first_response", "reply", "stage"]
    """What is timed: our first response, each reply, or how long it stays in the stage."""
    within: Span
    """The time that is promised, in working time of the playbook's calendar."""
    late: list[Rule] = Field(min_length=1)
    """What is done when the promise is late. `after` counts from then."""


class When(Part):
    on: list[Trigger] = Field(min_length=1)
    """What happens."""
    do: list[Rule] = Field(min_length=1)
    """What is done at once, or after a wait."""


class Next(Part):
    """What moves a journey on: one of these facts, one of these tasks done, or so much time."""

    model_config = ConfigDict(json_schema_extra={"anyOf": one_of("on", "done", "after")["oneOf"]})

    id: Key
    """Names the way on for good, like that of a rule."""
    to: Key
    """The key of the stage that it leads to."""
    on: list[Trigger] = Field(default_factory=list)
    """It is taken when one of these happens."""
    done: list[Key] = Field(default_factory=list)
    """It is taken when the step of one of these rules is done."""
    after: Span | None = None
    """It is taken after so much time in the stage."""
    if_: Condition | None = Field(default=None, alias="if")
    """Only when this holds then."""

    @model_validator(mode="after")
    def something_moves_it(self) -> "Next":
        if not (self.on or self.done or self.after):
            raise ValueError("say what moves it on: on, done or after")
        return self


class Stage(Part):
    title: Text
    """What people call it."""
    phase: Annotated[str, Field(json_schema_extra={"enum": [phase for some in PHASES.values() for phase in some]})]
    """The phase of the kind of playbook that it belongs to; boards and reports across playbooks go by it."""
    means: Text
    """What is true of somebody who is here, in a sentence."""
    owner: OwnerRule
    """Who has it while it is here."""
    limits: list[Limit] = Field(min_length=1)
    """What is promised here: replies in time, and how long anybody stays."""
    enter: list[Rule] = Field(default_factory=list)
    """What is done when it comes here."""
    when: list[When] = Field(default_factory=list)
    """What is done when something happens here."""
    quiet: list[Rule] = Field(default_factory=list)
    """What is done when they stay quiet, each rule after its wait. It ends: with a rest or a close."""
    next: list[Next] = Field(default_factory=list)
    """The ways on from here; the first that opens is taken."""

    @cached_property
    def answers_to(self) -> Mapping[str, list[Rule]]:
        """What is done here when something happens, by its trigger."""
        triggers = dict.fromkeys(trigger for when in self.when for trigger in when.on)
        return {trigger: [rule for when in self.when if trigger in when.on for rule in when.do] for trigger in triggers}


class Message(Part):
    """A message with its contract: it acknowledges, asks one question and gives the next step."""

    title: Text
    """What people call the message."""
    channel: Literal["same", "email", "sms"] = "same"
    """How it goes out: `same` is the way they last wrote to us."""
    subject: Text | None = None
    """The subject of an email."""
    acknowledge: Text
    """Says that we got what they said or did."""
    ask: Text
    """Asks one question."""
    next_step: Text
    """Says what happens next, and when."""

    @property
    def text(self) -> str:
        return f"{self.acknowledge} {self.ask} {self.next_step}"


class Question(Part):
    key: Name
    """Names the question: conditions and messages read its answer as `answers.key`."""
    ask: Text
    """What is asked, in full."""
    options: list[Text] = Field(default_factory=list)
    """The answers there are; none where any words will do."""


class Parking(Part):
    """What happens when a parked journey wakes; after `at_most` rests it is closed instead."""

    at_most: int = Field(ge=1, le=12)
    """How often it may rest without an answer before it is closed instead."""
    wake: list[Rule] = Field(min_length=1)
    """What is done when the rest is over."""
    reason: Text
    """Why it is closed after the last rest."""


class QuietHours(Part):
    """When we do not write by ourselves, in the customer's time."""

    start: ClockTime = Field(alias="from")
    """When the quiet begins, such as "20:00"."""
    end: ClockTime = Field(alias="to")
    """When it ends, such as "08:00"."""


class Cap(Part):
    """No more than so many automatic messages to one person in any 24 hours, answers to them not counted."""

    messages: int = Field(ge=1)
    """So many in any 24 hours."""


class RulePlace(NamedTuple):
    """Where a rule stands. `part` is enter, when, quiet, late, next, after_delivery or wake."""

    part: str
    stage: str
    rule: Rule | Next
    limit: Limit | None = None


class Playbook(Part):
    playbook: Key
    """The key of the playbook. It never changes."""
    title: Text
    """What people call it."""
    kind: Literal["sales", "support", "care"]
    """What it is for: it decides which phases its stages may have."""
    calendar: Key
    """The key of the calendar whose open time the promises and steps count."""
    steps: tuple[StepKey, ...] = STEPS
    """The steps of the customer's way that are switched on; all of them, where it says nothing."""
    starts_on: list[Literal["form", "call", "missed_call", "message", "referral", "handed_on"]] = Field(min_length=1)
    """What may start a journey: kinds of signal, or another journey that leads here."""
    quiet_hours: QuietHours
    """When we do not write by ourselves."""
    cap: Cap
    """How much we write by ourselves at most."""
    questions: list[Question] = Field(default_factory=list)
    """What we want to know of everybody."""
    stages: dict[Key, Stage] = Field(min_length=1)
    """The stages by their keys, in the order of the path; the first is where journeys start."""
    messages: dict[Key, Message] = Field(default_factory=dict)
    """The messages by their keys."""
    after_delivery: list[Rule] = Field(default_factory=list)
    """What is done after the delivery, each rule so long after a stage that counts as won is reached."""
    parking: Parking
    """What happens with what rests."""
    scenarios: list[Scenario] = Field(default_factory=list)
    """What must follow when something happens: run by `trellis playbook test`."""

    @model_validator(mode="after")
    def captures(self) -> "Playbook":
        if "capture" not in self.steps:
            raise ValueError("`steps` starts with capture: without it nobody is answered")
        return self

    @property
    def key(self) -> str:
        return self.playbook

    @cached_property
    def owners_by(self) -> frozenset[str]:
        """The ways in which its owners are found: what has to be known of people to find them."""
        return frozenset(stage.owner.by for stage in self.stages.values())

    @cached_property
    def first_stage(self) -> str:
        return next(iter(self.stages))

    @cached_property
    def says(self) -> set[str]:
        """The messages that a rule sends."""
        sent = (getattr(place.rule, "send", None) for place in self.places.values())
        return {message for message in sent if message}

    @cached_property
    def places(self) -> dict[str, RulePlace]:
        """Every rule by its id."""
        found = {place.rule.id: place for key, stage in self.stages.items() for place in stage_places(key, stage)}
        found |= {rule.id: RulePlace("after_delivery", "", rule) for rule in self.after_delivery}
        return found | {rule.id: RulePlace("wake", "", rule) for rule in self.parking.wake}

    @cached_property
    def quiet_rules(self) -> frozenset[str]:
        """The ids of all that is done when they stay quiet."""
        return frozenset(id for id, place in self.places.items() if place.part == "quiet")

    @cached_property
    def late_rules(self) -> Mapping[str, frozenset[str]]:
        """The ids of what is done when a promise is late, by the id of its limit."""
        found: dict[str, frozenset[str]] = {}
        for id, place in self.places.items():
            if place.limit:
                found[place.limit.id] = found.get(place.limit.id, frozenset()) | {id}
        return found

    @cached_property
    def asks_for(self) -> frozenset[str]:
        """The fields that the conditions of its rules ask about."""
        conditions = [place.rule.if_ for place in self.places.values()]
        return frozenset(asked.field or "" for condition in conditions for _, asked in fields_of(condition))

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
