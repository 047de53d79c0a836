"""Signals as the machine door reads and answers them."""

from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from trellis.api.fields import Line, Text
from trellis.intake.models import Signal, SignalKind, SignalState
from trellis.people.identity import normalize_email, normalize_phone
from trellis.team.queries import business

_CALLS = (SignalKind.CALL, SignalKind.MISSED_CALL)


class SignalIn(BaseModel):
    """One act of interest: a form, a referral, a call, a missed call, or a text or email as `message`.

    Answers to the playbook's questions may stand in `answers` or beside the other fields. A field that is not known
    here is kept with the signal. The same `external_id` from the same `source` is the same act, and is stored once.
    """

    model_config = ConfigDict(extra="allow")

    kind: SignalKind = SignalKind.FORM
    source: Annotated[str, Line(80)] = Field(
        "api", min_length=1, description="The key of a form, whose playbook is then started, or the name of your system"
    )
    external_id: str | None = Field(None, min_length=1, max_length=250, description="Your own id of this act")

    name: Annotated[str, Line(200)] = ""
    email: Annotated[str, Line(254)] = ""
    phone: Annotated[str, Line(80)] = ""
    place: Annotated[str, Line(200)] = ""
    message: Annotated[str, Text(20_000)] = Field("", description="Their own words; of a call, what was said")
    answers: dict[Annotated[str, Line(80)], Annotated[str, Text(2_000)]] = Field(
        default_factory=dict, max_length=100, description="Answers to the playbook's questions, by key"
    )
    consent: bool = Field(False, description="They agreed to get texts")
    page: Annotated[str, Line(2_000)] = ""
    referrer: Annotated[str, Line(2_000)] = ""
    utm_source: Annotated[str, Line(200)] = ""
    utm_medium: Annotated[str, Line(200)] = ""
    utm_campaign: Annotated[str, Line(200)] = ""
    utm_term: Annotated[str, Line(200)] = ""
    utm_content: Annotated[str, Line(200)] = ""

    @model_validator(mode="after")
    def can_be_answered(self) -> Self:
        """The rule of the web form. A hidden number is no fault of the caller: such a call is kept and set aside."""
        has_address = bool(normalize_email(self.email) or normalize_phone(self.phone, business().region))
        if self.kind in _CALLS:
            return self
        if self.kind == SignalKind.MESSAGE and not (self.message and (self.phone or self.email)):
            raise ValueError("A message needs its text in “message”, and “phone” or “email” of whoever wrote it")
        if not (has_address or self.message):
            raise ValueError("Send an email address, a phone number or a message, so that we can answer")
        return self

    @property
    def channel(self) -> str:
        if self.kind in _CALLS:
            return "phone"
        if self.kind == SignalKind.MESSAGE:
            return "sms" if self.phone else "email"
        return "api"

    def payload(self) -> dict[str, Any]:
        """What was said, under the names that the same signal has when it comes by a form or a hook."""
        said = self.model_dump(exclude={"kind", "source", "external_id"})
        told = {field: value for field, value in said.items() if value or field in (self.model_extra or {})}
        if self.kind == SignalKind.MESSAGE:
            return told | {"from": self.phone or self.email, "from_name": self.name, "text": self.message}
        if self.kind in _CALLS:
            answered = self.kind == SignalKind.CALL
            return told | {"from": self.phone, "from_name": self.name, "note": self.message, "answered": answered}
        return told


class SignalOut(BaseModel):
    """What became of a signal. While it is `waiting` it is stored and will be taken up again."""

    reference: str
    state: SignalState
    reason: str
    contact: UUID | None
    journey: UUID | None

    @classmethod
    def of(cls, signal: Signal, *, seen: bool) -> Self:
        """Whose it is stays untold where the token does not see them."""
        return cls(
            reference=signal.reference,
            state=SignalState(signal.state),
            reason=signal.reason,
            contact=signal.contact_id if seen else None,
            journey=signal.journey_id if seen else None,
        )
