"""A segment as a field of contacts, and what a segment itself may ask."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.db.models.lookups import In
from pydantic import ValidationError

from trellis.core.condition_query import Column, to_q
from trellis.core.conditions import Condition, Kind, Known, faults_of, fields_of
from trellis.core.memory import keep
from trellis.people.fields import Field, columns, fields_of_contacts
from trellis.people.models import Contact
from trellis.people.segments import Segment, SegmentMember
from trellis.team.models import User
from trellis.team.permissions import may, reach_of
from trellis.team.queries import business
from trellis.team.roles import Reach, Role

FIELD = "segment"
# Who is in a segment is one answer for all of us, so it is asked as somebody asks who sees everything.
EVERYTHING = User(role=Role.ADMIN)


def segment_field(who: Any) -> dict[str, Field]:
    """Registered with the fields of people: in which of the segments that `who` sees a contact is."""
    if not may(who, "see", "segment"):
        return {}
    seen = segments_seen(who)
    names = {segment.key: segment.name for segment in seen}
    theirs = SegmentMember.objects.filter(segment__in=[segment.pk for segment in seen]).select_related("segment")

    def within(looked_for: Sequence[str] | None) -> Any:
        wanted = [segment for segment in seen if looked_for is None or segment.key in looked_for]
        return members_of(wanted) if wanted else NOBODY

    return {
        FIELD: Field(
            label="In segment",
            column=Column(Known(Kind.CHOICES), within),
            read=lambda contact: tuple(sorted(one.segment.key for one in contact.in_segments)),
            say=lambda contact: "; ".join(sorted(names[one.segment.key] for one in contact.in_segments)),
            needs=(Prefetch("memberships", theirs, to_attr="in_segments"),),
            offered=lambda: list(names.items()),
        )
    }


NOBODY = Q(pk__in=[])
# So many ids are gathered sooner than they are looked for one by one.
FEW = 10_000


def members_of(segments: Sequence[Segment]) -> Any:
    """Of a small segment the ids are gathered first; of a large one each contact is looked for as it comes by."""
    rows = SegmentMember.objects.filter(segment__in=[segment.pk for segment in segments])
    if sum(segment.sweep.size for segment in segments if hasattr(segment, "sweep")) <= FEW:
        return In(F("pk"), rows.values("contact"))
    return Exists(rows.filter(contact=OuterRef("pk")))


def segments_seen(who: Any) -> list[Segment]:
    """By name."""
    rows = Segment.objects.live().select_related("created_by", "sweep").order_by("name", "pk")
    live: list[Segment] = keep("people.segments", lambda: list(rows))
    return [segment for segment in live if sees_segment(who, segment)]


def sees_segment(who: Any, segment: Segment) -> bool:
    """Who is in it tells what it asks: a segment that asks about leads is for whoever sees all leads."""
    if not may(who, "see", "segment"):
        return False
    if who.role == Role.ADMIN:
        return True
    fields = askable()
    # What is not known any more is taken for a lead's.
    nouns = {fields[name].noun if name in fields else "journey" for name in names_in(segment.condition)}
    return all(reach_of(who, "see", noun) == Reach.ALL for noun in nouns - {"contact"})


def names_in(told: Any) -> set[str]:
    """The fields that a stored condition asks about."""
    return {asked.field or "" for _, asked in fields_of(Condition.model_validate(told))}


def askable() -> dict[str, Field]:
    """What a segment may ask. Not who is in another one: that would change without anything about them changing."""
    return {name: field for name, field in fields_of_contacts(EVERYTHING).items() if name != FIELD}


def condition_of(segment: Segment, fields: Mapping[str, Field]) -> Condition | None:
    """What it asks; nothing where a field of it is gone, since half a condition finds somebody else."""
    try:
        condition = Condition.model_validate(segment.condition)
    except ValidationError:
        return None
    known = {name: field.column.known for name, field in fields.items()}
    return None if next(faults_of(condition, known), None) else condition


def who_fits(condition: Condition, fields: Mapping[str, Field], at: datetime) -> QuerySet[Contact]:
    """Those whom it finds at this moment, as the business reckons its days."""
    here = at.astimezone(ZoneInfo(business().time_zone))
    found: QuerySet[Contact] = Contact.objects.genuine().filter(to_q(condition, columns(fields), here))
    return found
