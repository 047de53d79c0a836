"""Journeys and tasks as the machine door shows and reads them."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from trellis.api.fields import Line, Named, Text
from trellis.api.paging import Paging
from trellis.journeys.changing import VALUE
from trellis.journeys.models import (
    Clock,
    Handover,
    Journey,
    JourneyStatus,
    Task,
    TaskKind,
    TaskStatus,
)
from trellis.journeys.queries import Forecast
from trellis.people.custom import reading_for
from trellis.people.custom_values import read_value
from trellis.people.schemas_changes import values_told
from trellis.team.models import User


class JourneyQuery(Paging):
    contact: UUID | None = Field(None, description="Only journeys of this person")
    status: JourneyStatus | None = Field(None, description="Only journeys that are open, parked or closed")
    stage: str | None = Field(None, max_length=50, description="Only journeys in the stage with this key")


class TaskQuery(Paging):
    status: TaskStatus = TaskStatus.OPEN
    assignee: UUID | None = Field(None, description="Only tasks of this user")


class StageOut(BaseModel):
    key: str
    title: str
    phase: str


class StepOut(BaseModel):
    """A task as the next step of its journey. Without an assignee it is Trellis that will do it."""

    id: UUID
    title: str
    kind: TaskKind
    due_at: datetime
    assignee: Named | None

    @classmethod
    def of(cls, task: Task) -> Self:
        return cls(
            id=task.id,
            title=task.title,
            kind=TaskKind(task.kind),
            due_at=task.due_at,
            assignee=person_named(task.assignee),
        )


class ClockOut(BaseModel):
    """One promise being timed. `late` is past due, met or not; `dropped` is no longer owed."""

    kind: str
    started_at: datetime
    due_at: datetime
    met_at: datetime | None
    state: Literal["running", "met", "late", "dropped"]

    @classmethod
    def of(cls, clock: Clock, at: datetime) -> Self:
        return cls(
            kind=clock.kind,
            started_at=clock.started_at,
            due_at=clock.due_at,
            met_at=clock.met_at,
            state=_state(clock, at),
        )


def _state(clock: Clock, at: datetime) -> Literal["running", "met", "late", "dropped"]:
    if clock.dropped_at and not clock.met_at:
        return "dropped"
    if (clock.met_at or at) > clock.due_at:
        return "late"
    return "met" if clock.met_at else "running"


class OfferOut(BaseModel):
    """The owner hands the journey over to somebody, and has it until they accept."""

    taker: Named
    offered_at: datetime
    due_at: datetime

    @classmethod
    def of(cls, handover: Handover) -> Self:
        taker = handover.taker
        return cls(taker=Named(id=taker.id, name=taker.name), offered_at=handover.offered_at, due_at=handover.due_at)


class ForecastOut(BaseModel):
    """What will happen by itself, and when."""

    sentence: str
    at: datetime


class ValueOut(BaseModel):
    """Money in the minor unit of its currency: 1250 of USD are $12.50."""

    amount_minor: int
    currency: str


class JourneyIn(BaseModel):
    """What is known of a journey. What is not named stays as it is; an empty text takes it out.

    `custom` holds values of custom fields by their keys, as text: numbers as "12.5", money as "12.50 USD", days as
    "2026-03-01", several choices as a list.
    """

    model_config = ConfigDict(extra="forbid")

    title: str | None = Field(None, max_length=200, description="What it is about")
    value: str | None = Field(None, max_length=60, description='What it is worth: "1250", "12.50 USD"')
    custom: dict[str, str | list[str] | None] | None = None

    @property
    def wanted(self) -> dict[str, Any]:
        """As `changing.change_journey` takes it. WrongValue and Refused where a value cannot be read."""
        told = values_told("journey", self.custom)
        if self.title is not None:
            told["title"] = self.title
        if self.value is not None:
            told["value"] = read_value(VALUE.kind, self.value, reading_for(VALUE))
        return told


class JourneyOut(BaseModel):
    """One customer walking one playbook. Every open one has an owner, a next step and a deadline."""

    id: UUID
    contact: Named
    playbook: str
    version: int
    status: JourneyStatus
    title: str
    stage: StageOut
    owner: Named | None
    offer: OfferOut | None
    next_step: StepOut | None
    due_at: datetime | None
    clocks: list[ClockOut]
    if_nobody_acts: ForecastOut | None
    words: str
    answers: dict[str, Any]
    context: dict[str, Any]
    value: ValueOut | None
    custom: dict[str, Any]
    priority_at: datetime | None
    started_at: datetime
    stage_entered_at: datetime
    parked_until: datetime | None
    parked_reason: str
    closed_at: datetime | None
    outcome: str
    closed_reason: str
    continues: UUID | None

    @classmethod
    def of(cls, journey: Journey, forecast: Forecast | None, at: datetime, *, hear: bool) -> Self:
        """`journey` comes `with_next_step`, its clocks and the handover on offer.

        The customer's own words are left out for who may not `hear` them.
        """
        stage, value = journey.stage, journey.value_minor
        return cls(
            contact=Named(id=journey.contact.id, name=journey.contact.name),
            playbook=journey.playbook_key,
            version=journey.playbook.version,
            stage=StageOut(key=stage.key, title=stage.title, phase=stage.phase),
            owner=person_named(journey.owner),
            offer=next((OfferOut.of(handover) for handover in journey.handovers.all()), None),
            next_step=StepOut.of(journey.next_task) if journey.next_task else None,
            clocks=[ClockOut.of(clock, at) for clock in journey.clocks.all()],
            if_nobody_acts=ForecastOut(sentence=forecast.sentence, at=forecast.at) if forecast else None,
            value=None if value is None else ValueOut(amount_minor=value, currency=journey.currency),
            continues=journey.continues_id,
            words=journey.words if hear else "",
            **{name: getattr(journey, name) for name in _PLAIN},
        )


_PLAIN = (
    *("id", "status", "title", "due_at", "answers", "context", "custom", "priority_at", "started_at"),
    *("stage_entered_at", "parked_until", "parked_reason", "closed_at", "outcome", "closed_reason"),
)


class TaskOut(BaseModel):
    """One thing that will happen or happened, by a person or, without an assignee, by Trellis."""

    id: UUID
    journey: UUID
    contact: Named
    kind: TaskKind
    title: str
    why: str
    assignee: Named | None
    due_at: datetime
    status: TaskStatus
    rule: str
    created_at: datetime
    closed_at: datetime | None
    closed_by: Named | None
    closed_reason: str

    @classmethod
    def of(cls, task: Task, **more: Any) -> Self:
        """`task` comes with its people and its journey's contact."""
        contact = task.journey.contact
        return cls(
            journey=task.journey_id,
            contact=Named(id=contact.id, name=contact.name),
            assignee=person_named(task.assignee),
            rule=task.rule_id,
            closed_by=person_named(task.closed_by),
            **{name: getattr(task, name) for name in TaskOut.model_fields if name not in _OTHERWISE_NAMED},
            **more,
        )


_OTHERWISE_NAMED = {"journey", "contact", "assignee", "rule", "closed_by"}


class CompletedTaskOut(TaskOut):
    """A task that was done, with what is next on its journey."""

    next_step: StepOut | None


class DeclineIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Line(200)] = Field(description="Why they cannot take it; the giver reads it")


class CompletionIn(BaseModel):
    """What was done, and what comes after it. Without `then` the playbook decides."""

    model_config = ConfigDict(extra="forbid")

    note: Annotated[str, Text(240)] = ""
    then: Annotated[str, Line(200)] = Field("", description="The step after this one")
    then_due_at: AwareDatetime | None = Field(None, description="When that is due; in the future")

    @model_validator(mode="after")
    def has_a_step_where_it_has_a_time(self) -> Self:
        if self.then_due_at and not self.then:
            raise ValueError("Say in “then” which step is due at “then_due_at”")
        return self


def person_named(user: User | None) -> Named | None:
    return Named(id=user.id, name=user.name) if user else None
