"""Signals as the machine door reads and answers them."""

from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from trellis.api.fields import Line, Text
from trellis.intake.models import Signal, SignalKind, SignalState


class SignalIn(BaseModel):
    """One act of interest. Who it was and how to reach them is enough; everything else is context.

    The same `external_id` from the same `source` is the same act, and is stored once.
    """

    model_config = ConfigDict(extra="forbid")

    kind: SignalKind = SignalKind.FORM
    source: Annotated[str, Line(80)] = Field("api", min_length=1, description="Where it comes from: your system's name")
    external_id: str | None = Field(None, min_length=1, max_length=250, description="Your own id of this act")
    playbook: Annotated[str, Line(50)] = Field("", description="Key of the playbook that a new lead starts")

    name: Annotated[str, Line(200)] = ""
    email: Annotated[str, Line(254)] = ""
    phone: Annotated[str, Line(80)] = ""
    place: Annotated[str, Line(200)] = ""
    message: Annotated[str, Text(20_000)] = Field("", description="Their own words")
    answers: dict[Annotated[str, Line(80)], Annotated[str, Text(2_000)]] = Field(
        default_factory=dict, max_length=100, description="Answers to the playbook's questions, by key"
    )
    page: Annotated[str, Line(2_000)] = ""
    referrer: Annotated[str, Line(2_000)] = ""
    utm_source: Annotated[str, Line(200)] = ""
    utm_medium: Annotated[str, Line(200)] = ""
    utm_campaign: Annotated[str, Line(200)] = ""
    utm_term: Annotated[str, Line(200)] = ""
    utm_content: Annotated[str, Line(200)] = ""

    @model_validator(mode="after")
    def says_something(self) -> Self:
        if not (self.name or self.email or self.phone or self.message):
            raise ValueError("Send at least one of name, email, phone and message")
        return self

    def payload(self) -> dict[str, Any]:
        """What was said, as a form would have said it."""
        said = self.model_dump(exclude={"kind", "source", "external_id", "answers"})
        return self.answers | {field: value for field, value in said.items() if value}


class SignalOut(BaseModel):
    """What became of a signal. While it is `waiting` it is stored and will be taken up again."""

    reference: str
    state: SignalState
    reason: str
    contact: UUID | None
    journey: UUID | None

    @classmethod
    def of(cls, signal: Signal) -> Self:
        return cls(
            reference=signal.reference,
            state=SignalState(signal.state),
            reason=signal.reason,
            contact=signal.contact_id,
            journey=signal.journey_id,
        )
