"""Taking sample people out, with everything that hangs on them. What is real stays.

Rows are deleted table by table below the ORM's own checks, because a journey and its next task point at each other;
the foreign keys of the database hold at the end of the transaction as they always do.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from trellis.conversations.models import Call, Conversation, Message
from trellis.events.models import Event
from trellis.intake.models import RawSignal, Signal, SignalState
from trellis.journeys.models import Act, Clock, Decision, Handover, Journey, StageVisit, Task
from trellis.people.models import (
    BlockKey,
    Company,
    Consent,
    Contact,
    ContactPoint,
    ContactTag,
    Erasure,
    Merge,
    PossibleDuplicate,
    SegmentMember,
    Tag,
)
from trellis.team.models import Notice

PARTS = (ContactTag, ContactPoint, Consent, SegmentMember, Erasure)
SAMPLE_GONE = "It belonged to a sample contact, and the sample was removed"


def sample_contacts() -> QuerySet[Contact]:
    """People marked as sample, and those whom a test lead brought."""
    tests = Signal.objects.exclude(sampled_at=None).filter(received_at__lte=F("contact__created_at"))
    return Contact.objects.filter(Q(sampled_at__isnull=False) | Q(pk__in=tests.values("contact")))


@transaction.atomic
def remove_sample_people(contacts: Sequence[UUID], *, at: datetime) -> None:
    """Delete these people, from what hangs on them down to themselves."""
    journeys = list(Journey.objects.filter(contact__in=contacts).values_list("pk", flat=True))
    release_signals(contacts, at)
    worn = list(Tag.objects.filter(contact_tags__contact__in=contacts).distinct().values_list("pk", flat=True))
    employers = list(Company.objects.filter(contacts__in=contacts).values_list("pk", flat=True))
    for rows in rows_of(contacts, journeys):
        rows._raw_delete(rows.db)
    Tag.objects.filter(pk__in=worn, contact_tags=None).delete()
    Company.objects.filter(pk__in=employers, contacts=None).delete()


def release_signals(contacts: Sequence[UUID], at: datetime) -> None:
    """What came in for real and was taken for a sample contact stays, set aside and with the reason."""
    real = Signal.objects.filter(contact__in=contacts, sampled_at=None)
    real.update(
        state=SignalState.SET_ASIDE, reason=SAMPLE_GONE, settled_at=at, contact=None, journey_id=None, retry_at=None
    )


def rows_of(contacts: Sequence[UUID], journeys: Sequence[UUID]) -> list[QuerySet[Any]]:
    """Everything about these contacts, in the order in which it can go: a journey before its tasks, for its guard."""
    about = Q(contact_id__in=contacts) | Q(journey_id__in=journeys)
    signals = Signal.objects.exclude(sampled_at=None).filter(contact__in=contacts)
    return [
        Event.objects.filter(about),
        Notice.objects.filter(about),
        Message.objects.filter(contact__in=contacts),
        Conversation.objects.filter(contact__in=contacts),
        Call.objects.filter(contact__in=contacts),
        Act.objects.filter(about),
        *(model.objects.filter(journey__in=journeys) for model in (Decision, Clock, Handover, StageVisit)),
        Journey.objects.filter(pk__in=journeys),
        Task.objects.filter(journey__in=journeys),
        RawSignal.objects.filter(signal__in=signals),
        signals,
        PossibleDuplicate.objects.filter(Q(contact__in=contacts) | Q(other__in=contacts)),
        Merge.objects.filter(Q(survivor__in=contacts) | Q(other__in=contacts)),
        BlockKey.objects.filter(contact__in=contacts),
        *(model.objects.filter(contact__in=contacts) for model in PARTS),
        Contact.objects.filter(pk__in=contacts),
    ]
