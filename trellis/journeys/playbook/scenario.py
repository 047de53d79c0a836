"""An acceptance scenario: what must follow when something happens, written down beside the rules. Pure.

`{given: {signal: missed_call, at: "sat 21:40"}, story: [{expect: {sent: sorry, within: 1m}}, …]}`: it starts with a
signal; then things happen, or time passes, and what must be true is expected.
"""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, StringConstraints, WithJsonSchema, model_validator

from trellis.core.windows import DAY_NAMES, BadHours, Windows, read_week
from trellis.journeys.playbook.values import TIME_PATTERN, Key, Name, Part, Span, Text

MOMENT_PATTERN = rf"^({'|'.join(DAY_NAMES)}) {TIME_PATTERN[1:-1]}$"
# The next such day and time of the business's clock: "sat 21:40".
Moment = Annotated[str, StringConstraints(pattern=MOMENT_PATTERN)]


EXAMPLE_HOURS = "mon-fri 08:00-17:00, sat 09:00-13:00"


def read_hours(written: object) -> tuple[Windows, ...]:
    """Read `mon-fri 08:00-17:00, sat 09:00-13:00` into seven tuples of windows from Monday."""
    if isinstance(written, tuple):
        return written
    week: dict[str, list[list[str]]] = {}
    for part in str(written).split(","):
        days, _, times = part.strip().partition(" ")
        first, _, last = days.partition("-")
        if first not in DAY_NAMES or (last or first) not in DAY_NAMES:
            raise ValueError(f"“{part.strip()}” is not hours: write them such as {EXAMPLE_HOURS}")
        for day in DAY_NAMES[DAY_NAMES.index(first) : DAY_NAMES.index(last or first) + 1]:
            week.setdefault(day, []).append([time.strip() for time in times.split("-")])
    try:
        return read_week(week)
    except BadHours as error:
        raise ValueError(str(error)) from None


def write_hours(week: tuple[Windows, ...]) -> str:
    """The same hours as text, a day at a time."""
    clock = "{:02}:{:02}-{:02}:{:02}".format
    return ", ".join(
        f"{day} {clock(*divmod(window.start, 60), *divmod(window.end % 1440 or 1440, 60))}"
        for day, windows in zip(DAY_NAMES, week, strict=True)
        for window in windows
    )


WorkingHours = Annotated[
    Any,
    BeforeValidator(read_hours),
    PlainSerializer(write_hours, return_type=str),
    WithJsonSchema({"type": "string", "examples": [EXAMPLE_HOURS]}),
]


class Given(Part):
    """The signal that starts it, when, and who the customer is. They have an email address and a mobile number.

    `hours` are those of everybody who works here; without any, mon-fri 08:00-17:00.
    """

    signal: Literal["form", "call", "missed_call", "message", "referral", "handed_on"]
    """How they reach out; `handed_on` when another journey leads here."""
    at: Moment
    """When, by the business's clock, in a week without holidays."""
    hours: WorkingHours | None = None
    """When everybody works, such as `mon-fri 08:00-17:00, sat 09:00-13:00`."""
    name: Text | None = None
    """What they are called."""
    reachable: tuple[Literal["email", "sms"], ...] = ("email", "sms")
    """How we can write to them."""
    answers: dict[Name, Text] = Field(default_factory=dict)
    """What they tell us at once, by the keys of the questions."""


class Expectation(Part):
    """What must be true now. `within` counts from the last thing that happened; `due` is on the business's clock."""

    sent: Key | None = None
    """A message that went out."""
    not_sent: Key | None = None
    """A message that did not go out so far."""
    step: Key | None = None
    """A rule whose step is on the list."""
    no_step: Key | None = None
    """A rule whose step is not on the list."""
    stage: Key | None = None
    """The stage where it stands."""
    status: Literal["open", "parked", "won", "lost", "done"] | None = None
    """Open, parked, or closed as what."""
    priority: bool | None = None
    """Whether it is urgent."""
    owner_in: Key | None = None
    """The team of whoever has it."""
    starts: Key | None = None
    """A playbook in which they walk on."""
    within: Span | None = None
    """How soon after the last thing that happened."""
    due: Moment | None = None
    """When the step is due."""

    @model_validator(mode="after")
    def one_thing(self) -> "Expectation":
        things = ("sent", "not_sent", "step", "no_step", "stage", "status", "priority", "owner_in", "starts")
        if sum(getattr(self, thing) is not None for thing in things) != 1:
            raise ValueError(f"expect exactly one of {', '.join(things)}")
        if (self.within is not None and self.sent is None) or (self.due is not None and self.step is None):
            raise ValueError("`within` belongs to `sent`, and `due` to `step`")
        return self


class Beat(Part):
    """One thing that happens (after a time, or at one), or only time that passes, or one expectation."""

    after: Span | None = None
    """So much later."""
    at: Moment | None = None
    """The next such day and time."""
    customer: Literal["message", "call", "missed_call", "form", "referral", "no_show", "opts_out"] | None = None
    """What they do."""
    we: Literal["reply", "call", "try_to_call"] | None = None
    """What the owner does."""
    done: Key | None = None
    """A rule whose step the owner does."""
    move: Key | None = None
    """A stage to which the owner moves it."""
    answers: dict[Name, Text] | None = None
    """What is written down of their answers."""
    expect: Expectation | None = None
    """What must be true now."""

    @model_validator(mode="after")
    def one_beat(self) -> "Beat":
        happens = [self.customer, self.we, self.done, self.move, self.answers]
        count = sum(part is not None for part in happens)
        timed = self.after is not None or self.at is not None
        if self.expect is not None and (count or timed):
            raise ValueError("`expect` stands alone: put it in a line of its own, after what happens")
        if self.expect is None and count > 1:
            raise ValueError("one thing happens at a time: one of customer, we, done, move, answers")
        if self.after is not None and self.at is not None:
            raise ValueError("say either after how long, or at what time")
        if self.expect is None and not count and not timed:
            raise ValueError("say what happens, how much time passes, or what to expect")
        return self


class Scenario(Part):
    """“Given a missed call on Saturday 21:40, then a text within 60 s and a call due Monday 08:15.”"""

    scenario: Text
    """What it shows, in a sentence."""
    given: Given
    """How it begins."""
    story: list[Beat] = Field(min_length=1)
    """What happens, and what is expected, in this order."""
