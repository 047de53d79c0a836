"""What the machine door says of playbooks, their versions and what a plan would change."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field

from trellis.api.fields import Named
from trellis.api.paging import Paging
from trellis.journeys.foresight import Plan
from trellis.journeys.models import InFlight, Playbook, VersionChange
from trellis.journeys.schemas import person_named


class VersionQuery(Paging):
    """Page by page."""


class PlaybookOut(BaseModel):
    """The version that starts journeys."""

    key: str
    title: str
    kind: str
    version: int
    live_since: datetime

    @classmethod
    def fields_of(cls, playbook: Playbook) -> dict[str, Any]:
        return {
            "key": playbook.key,
            "title": playbook.title,
            "kind": playbook.kind,
            "version": playbook.version,
            "live_since": playbook.active_at,
        }

    @classmethod
    def of(cls, playbook: Playbook) -> Self:
        return cls(**cls.fields_of(playbook))


class ChangeOut(BaseModel):
    """Journeys in flight on their way to a version: `done` of `total`; `missed` could not be brought over."""

    how: InFlight
    to: int
    done: int
    total: int
    missed: int
    begun_at: datetime
    paused: bool

    @classmethod
    def of(cls, change: VersionChange | None) -> Self | None:
        if change is None:
            return None
        return cls(
            how=InFlight(change.how),
            to=change.to.version,
            done=change.done,
            total=change.total,
            missed=len(change.missed),
            begun_at=change.begun_at,
            paused=change.paused_at is not None,
        )


class WholePlaybookOut(PlaybookOut):
    source: str = Field(description="The text as it was written, YAML 1.2")
    change: ChangeOut | None = Field(description="What is being done to journeys in flight, if anything is")

    @classmethod
    def whole(cls, playbook: Playbook, change: VersionChange | None) -> Self:
        return cls(**cls.fields_of(playbook), source=playbook.source, change=ChangeOut.of(change))


class PublishedOut(PlaybookOut):
    change: ChangeOut | None = Field(description="What is being done to journeys in flight, if anything is")

    @classmethod
    def now(cls, playbook: Playbook, change: VersionChange | None) -> Self:
        return cls(**cls.fields_of(playbook), change=ChangeOut.of(change))


class VersionOut(BaseModel):
    """Who published it, when and why. `restores` is the earlier version whose text it brought back."""

    version: int
    live: bool
    published_at: datetime
    published_by: Named | None
    reason: str
    restores: int | None

    @classmethod
    def of(cls, playbook: Playbook) -> Self:
        return cls(
            version=playbook.version,
            live=playbook.active_at is not None,
            published_at=playbook.published_at,
            published_by=person_named(playbook.published_by),
            reason=playbook.reason,
            restores=playbook.restores,
        )


Source = Annotated[str, Field(max_length=500_000, description="The text of a playbook, YAML 1.2")]
Mapping = Annotated[
    dict[str, str], Field(max_length=100, description="For each stage that is gone, the key of the one to go to")
]
Expecting = Annotated[int | None, Field(description="The live version that was looked at; another is refused")]
Reason = Annotated[str, Field(max_length=240, description="Why, in a few words")]


class PlanIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    source: Source
    in_flight: InFlight = Field(InFlight.MAP, description="What becomes of the journeys in flight")
    mapping: Mapping = Field(default_factory=dict)


class PublishIn(PlanIn):
    in_flight: InFlight = Field(InFlight.FINISH, description="What becomes of the journeys in flight")
    reason: Reason = ""
    expecting: Expecting = None


class RollBackIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    to: int = Field(ge=1, le=2_147_483_647, description="The version whose text goes live again")
    in_flight: InFlight = Field(InFlight.MAP, description="What becomes of the journeys in flight")
    mapping: Mapping = Field(default_factory=dict)
    reason: Reason = ""
    expecting: Expecting = None


class DifferenceOut(BaseModel):
    """One thing that changes. `stage` is empty for what holds in all; `kind` is new, gone or changed."""

    sentence: str
    stage: str
    kind: str
    rule: str
    message: str


class GoneStageOut(BaseModel):
    """A stage that the text has no more: how many stand there, and where they go unless `mapping` says otherwise."""

    stage: str
    title: str
    count: int
    to: str


class EffectsOut(BaseModel):
    """What becomes of the journeys in flight; an estimate where there are very many."""

    how: InFlight
    journeys: int
    parked: int
    messages_withdrawn: int
    steps_withdrawn: int
    steps_added: int
    steps_retimed: int
    promises_retimed: int
    is_exact: bool
    gone: list[GoneStageOut]
    sentences: list[str]


class PlanOut(BaseModel):
    """`before` is the live version, null where the playbook is new."""

    key: str
    title: str
    before: int | None
    changes: list[DifferenceOut]
    effects: EffectsOut

    @classmethod
    def of(cls, plan: Plan) -> Self:
        return cls.model_validate(plan.as_json())
