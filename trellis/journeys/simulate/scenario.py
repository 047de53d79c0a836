"""All that a simulation assumes, as one frozen value: leads, customers, people, and how long work takes. Pure.

Shares are between 0 and 1; lengths of time are written as in a playbook (`5m`, `2h`, `6d`).
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PrivateAttr,
    model_validator,
)

from trellis.core.business_time import Hours
from trellis.core.durations import Duration
from trellis.core.windows import DAY_NAMES, check_zone, read_week
from trellis.journeys.rehearsal.roster import Member
from trellis.journeys.simulate.luck import exponential, lognormal

MOST_LEADS, MOST_DAYS, MOST_PEOPLE = 1_000_000, 3660, 500


def read_duration(value: object) -> Duration:
    span = value if isinstance(value, Duration) else Duration.parse(str(value))
    if not span.amount:
        raise ValueError("a length of time is more than nothing")
    return span


Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0, le=1e9)]
Span = Annotated[Duration, BeforeValidator(read_duration), PlainSerializer(str)]
Week = dict[str, list[tuple[str, str]]]


def checked_week(week: Week | None) -> Week | None:
    if week is not None:
        read_week(week)
    return week


Opening = Annotated[Week | None, AfterValidator(checked_week)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Time(Part):
    """How long something takes: on average `mean`, exactly or spread around it. Written `6m` or `{mean: 6m, …}`."""

    mean: Span
    spread: Literal["lognormal", "exponential", "constant"] = "lognormal"

    @model_validator(mode="before")
    @classmethod
    def from_text(cls, value: Any) -> Any:
        return {"mean": value} if isinstance(value, str) else value

    def seconds(self, chance: float) -> float:
        mean = self.mean.span.total_seconds()
        if self.spread == "constant":
            return mean
        return exponential(mean, chance) if self.spread == "exponential" else lognormal(mean, chance)


class Arrivals(Part):
    """When leads reach out and how: weights of the hours of a day, of the days from Monday, of the kinds of signal."""

    by_hour: list[Weight] = Field(min_length=24, max_length=24)
    by_day: list[Weight] = Field(min_length=7, max_length=7)
    signals: dict[Literal["form", "call", "missed_call", "message", "referral"], Weight]

    @model_validator(mode="after")
    def some_weight(self) -> "Arrivals":
        for name in ("by_hour", "by_day"):
            if not any(getattr(self, name)):
                raise ValueError(f"{name} needs a weight above 0")
        return self


class Customers(Part):
    """How the people behave who reach out.

    `answers` is the share of messages that are answered, by channel, after `answer_delay`, while they are awake.
    `picks_up` is the share of calls that they take, by the hour of their day. Whoever nobody spoke with goes elsewhere
    after `patience`; of those whom we speak with, `fits` says how many are for us.
    """

    has_email: Share
    has_phone: Share
    has_name: Share
    answers: dict[Literal["email", "sms"], Share]
    answer_delay: dict[Literal["email", "sms"], Time]
    awake: tuple[Annotated[int, Field(ge=0, le=23)], Annotated[int, Field(ge=1, le=24)]]
    picks_up: list[Share] = Field(min_length=24, max_length=24)
    calls_back: Share
    opts_out: Share
    answers_in_form: Share
    answers_in_call: Share
    answers_in_writing: Share
    first_option: Share
    patience: Time | None
    fits: Share
    agrees: Share
    gives_up_after: int = Field(ge=1, le=20)

    @model_validator(mode="after")
    def awake_sometime(self) -> "Customers":
        if self.awake[0] >= self.awake[1]:
            raise ValueError("awake is from an hour to a later one, such as [7, 22]")
        return self


class Leave(Part):
    """Days off, both included."""

    start: date = Field(alias="from")
    end: date = Field(alias="to")

    @model_validator(mode="after")
    def in_order(self) -> "Leave":
        if self.end < self.start:
            raise ValueError("an absence ends on the day it starts, or later")
        return self


class Colleague(Part):
    """One person at work. Without `hours` they keep those of the business; a `pace` of 2 takes half the time."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    teams: list[str]
    role: Literal["admin", "manager", "marketing", "sales", "support", "viewer"] = "sales"
    hours: Opening = None
    always: bool = False
    pace: float = Field(default=1.0, gt=0, le=100)
    away: list[Leave] = Field(default_factory=list)


class Work(Part):
    """How long each act takes, and how people go about their steps.

    `ring` is a call that nobody takes; after it they write with the share `writes_after_no_answer`. A step of the same
    kind as one that was just tried waits for the share `keeps_waiting` of its time. The share `overlooks` of the steps
    is found only after `found_after`. With `helps` whoever has nothing to do takes over what waits for a colleague.
    """

    call: Time
    reply: Time
    meet: Time
    do: Time
    ring: Time
    writes_after_no_answer: Share
    keeps_waiting: Share
    overlooks: Share
    found_after: Span
    helps: bool


class Scenario(Part):
    """Everything that a run depends on beside the playbook.

    With `members` and their `calendar`, people and hours are those of a business, and `staff` only names them.
    """

    leads: int = Field(default=300, ge=1, le=MOST_LEADS)
    days: int = Field(default=30, ge=1, le=MOST_DAYS)
    seed: int = Field(default=1, ge=0, lt=2**63)
    start: date = date(2026, 1, 5)
    zone: Annotated[str, AfterValidator(check_zone)] = "UTC"
    hours: Annotated[Week, AfterValidator(checked_week)]
    promised: Share = 0.8
    arrivals: Arrivals
    customers: Customers
    work: Work
    staff: list[Colleague] = Field(min_length=1, max_length=MOST_PEOPLE)
    _members: tuple[Member, ...] = PrivateAttr(default=())
    _calendar: Hours | None = PrivateAttr(default=None)

    @model_validator(mode="after")
    def can_run(self) -> "Scenario":
        if not 1970 <= self.start.year <= 2200:
            raise ValueError("start is a day between 1970 and 2200")
        if not any(self.hours.values()):
            raise ValueError("hours need at least one open window")
        names = [colleague.name for colleague in self.staff]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"two people are called {twice}: their steps could not be told apart")
        if all(colleague.role == "viewer" for colleague in self.staff):
            raise ValueError("viewers own no lead: somebody else has to be there")
        return self

    def of_business(self, members: tuple[Member, ...], calendar: Hours) -> "Scenario":
        """The same with the people and the hours of a business."""
        copy = self.model_copy()
        copy._members, copy._calendar = members, calendar
        return copy

    @property
    def members(self) -> tuple[Member, ...]:
        return self._members

    @property
    def calendar(self) -> Hours | None:
        return self._calendar

    @property
    def starts_at(self) -> datetime:
        return midnight(self.start, self.zone)


def midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def always_open() -> Mapping[str, list[tuple[str, str]]]:
    return {day: [("00:00", "24:00")] for day in DAY_NAMES}
