"""People as the machine door shows them."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from trellis.api.fields import Line, Named
from trellis.api.paging import Paging
from trellis.events.catalogue import CATALOGUE
from trellis.events.models import Event
from trellis.people.matching import Candidate
from trellis.people.models import Consent, Contact, ContactPoint

Picked = Literal["name", "company", "job_title", "place", "address", "language", "time_zone"]
Side = Literal["survivor", "other"]


class ContactQuery(Paging):
    email: str | None = Field(None, max_length=254, description="Only people with this email address")
    phone: str | None = Field(None, max_length=254, description="Only people with this phone number, in any notation")


class PointOut(BaseModel):
    """An address. `raw` is as it was typed; `primary` marks the one contact who is found by it."""

    kind: Literal["email", "phone"]
    value: str
    raw: str
    primary: bool
    unreachable_at: datetime | None

    @classmethod
    def of(cls, point: ContactPoint) -> Self:
        return cls(
            kind=point.kind,  # type: ignore[arg-type]  # a PointKind is one of these
            value=point.value,
            raw=point.raw,
            primary=point.held_at is not None,
            unreachable_at=point.unreachable_at,
        )


class ConsentOut(BaseModel):
    """The newest word on a channel for a purpose: service is what answers their request, marketing offers and news."""

    channel: str
    purpose: Literal["service", "marketing"]
    granted: bool
    source: str
    at: datetime

    @classmethod
    def newest_of(cls, consents: Iterable[Consent]) -> list[Self]:
        """In the order of channel and purpose."""
        said = {(one.channel, one.purpose): one for one in sorted(consents, key=lambda one: (one.at, one.pk))}
        return [
            cls(channel=one.channel, purpose=one.purpose, granted=one.granted, source=one.source, at=one.at)  # type: ignore[arg-type]  # one of the two
            for _, one in sorted(said.items())
        ]


class ConsentIn(BaseModel):
    """What somebody told you: that they agree to hear from us on a channel, or ask us to stop."""

    model_config = ConfigDict(extra="forbid")

    channel: Literal["email", "sms", "phone"]
    purposes: list[Literal["service", "marketing"]] = Field(min_length=1, max_length=2)
    granted: bool
    source: Annotated[str, Line(80)] = Field(min_length=1, description="How they told you: “paper form”, “checkout”")


class ContactOut(BaseModel):
    """A person. The touches say where they came from the first and the last time: page, referrer, utm_source …"""

    id: UUID
    name: str
    company: Named | None
    job_title: str
    place: str
    address: str
    language: str
    time_zone: str
    points: list[PointOut]
    tags: list[str]
    consents: list[ConsentOut]
    custom: dict[str, Any]
    first_touch: dict[str, Any]
    last_touch: dict[str, Any]
    created_at: datetime
    changed_at: datetime | None

    @classmethod
    def of(cls, contact: Contact) -> Self:
        """`contact` comes with company, points, tags and consents."""
        return cls(
            id=contact.id,
            name=contact.name,
            company=Named(id=contact.company.id, name=contact.company.name) if contact.company else None,
            job_title=contact.job_title,
            place=contact.place,
            address=contact.address,
            language=contact.language,
            time_zone=contact.time_zone,
            points=[PointOut.of(point) for point in contact.points.all()],
            tags=sorted(tag.name for tag in contact.tags.all()),
            consents=ConsentOut.newest_of(contact.consents.all()),
            custom=contact.custom,
            first_touch=contact.first_touch,
            last_touch=contact.last_touch,
            created_at=contact.created_at,
            changed_at=contact.changed_at,
        )


def etag_of(told: BaseModel) -> str:
    """What `If-Match` compares: different once anything that is told of them is."""
    return f'"{sha256(told.model_dump_json().encode()).hexdigest()[:32]}"'


class CandidateOut(BaseModel):
    """Somebody who may be the same person: how likely, from 0 to 1, and why, what says most first."""

    contact: ContactOut
    probability: float
    reasons: list[str]

    @classmethod
    def of(cls, candidate: Candidate) -> Self:
        """The contact comes with company, points and tags."""
        likeness = candidate.likeness
        contact = ContactOut.of(candidate.contact)
        return cls(contact=contact, probability=likeness.per_mille / 1000, reasons=likeness.reasons)


class CandidatesOut(BaseModel):
    items: list[CandidateOut]


class MergeIn(BaseModel):
    """Who is merged into the person of the address. What is not named in `fields` stays as that person has it."""

    model_config = ConfigDict(extra="forbid")

    other: UUID
    fields: dict[
        Literal["name", "company", "job_title", "place", "address", "language", "time_zone"]
        | Annotated[str, Field(pattern=r"^custom\.[-a-zA-Z0-9_]{1,40}$")],
        Literal["survivor", "other"],
    ] = Field(default_factory=dict, description="From whom each field is taken: name, or custom.roof_age")
    dry_run: bool = Field(False, description="Only say what would move")


class MergeOut(BaseModel):
    """What moves, by its kind: {"journeys": 1, "messages": 3}. `id` is of the merge, null where none was made."""

    id: UUID | None
    contact: ContactOut
    moves: dict[str, int]


class EventOut(BaseModel):
    """Something that happened. `key` names the fact in the catalogue and `payload` has its fields."""

    id: UUID
    key: str
    at: datetime
    label: str
    journey: UUID | None
    by: Named | None
    rule: str
    payload: dict[str, Any]

    @classmethod
    def of(cls, event: Event, contact_name: str, *, hear: bool) -> Self:
        """`event` comes with `by`. The customer's own words are left out for who may not `hear` them."""
        return cls(
            id=event.id,
            key=event.key,
            at=event.at,
            label=_label(event, contact_name),
            journey=event.journey_id,
            by=Named(id=event.by.id, name=event.by.name) if event.by else None,
            rule=event.rule_id,
            payload=event.payload if hear else {**event.payload, **_unsaid(event.payload)},
        )


def _unsaid(payload: dict[str, Any]) -> dict[str, str]:
    return dict.fromkeys(("words",) if payload.get("words") else (), "")


def _label(event: Event, contact_name: str) -> str:
    """The catalogue's sentence with names in it, or the key of a fact that it no longer knows."""
    fact = CATALOGUE.get(event.key)
    if fact is None:
        return event.key
    actor = event.by.name if event.by else contact_name if fact.from_customer else "Trellis"
    return fact.label.format_map(_Blanks(event.payload, actor=actor))


class _Blanks(dict[str, Any]):
    """Older events may lack a field that the label has today."""

    def __missing__(self, field: str) -> str:
        return "…"
