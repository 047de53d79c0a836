"""Taking the demo out: everything marked as sample goes, and with it what hangs on it. What is real stays.

Rows are deleted table by table below the ORM's own checks, because a journey and its next task point at each other;
the foreign keys of the database hold at the end of the transaction as they always do.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.deletion import ProtectedError, RestrictedError

from trellis.conversations.models import Call, Conversation, Message
from trellis.core.memory import forget
from trellis.core.refusal import Refused
from trellis.events.models import Event
from trellis.intake.models import RawSignal, Signal, SignalState
from trellis.journeys.actions import assign_journey
from trellis.journeys.models import Clock, Decision, Journey, Playbook, Stage, StageVisit, Task
from trellis.people.models import Company, Consent, Contact, ContactPoint, ContactTag, PossibleDuplicate, Tag
from trellis.steps.capture.models import Form
from trellis.team.actions.people import deactivate_user
from trellis.team.models import Business, Calendar, Notice, Role, Team, User

SAMPLE_GONE = "It belonged to a sample contact, and the sample was removed"


def remove(at: datetime) -> str:
    """Take out all that is sample; what was done, in a sentence. Refused while something real depends on it."""
    if not (Business.objects.exclude(sampled_at=None).exists() or sample_users().exists()):
        return "There is no demo business here."
    gone = sample_contacts().count()
    with transaction.atomic():
        heir = find_heir()
        if heir:
            hand_over(heir, at)
        clear_away(at)
    forget()
    return f"The demo business is gone: {gone} sample people with everything about them."


def sample_users() -> QuerySet[User]:
    return User.objects.exclude(sampled_at=None)


def sample_contacts() -> QuerySet[Contact]:
    return Contact.objects.exclude(sampled_at=None)


def find_heir() -> User | None:
    """Who takes over what is real; nobody where nothing is. Refused where something is and nobody real leads."""
    heir = User.objects.active().filter(sampled_at=None, role=Role.ADMIN).order_by("created_at").first()
    real = Contact.objects.filter(sampled_at=None).count()
    if real and heir is None:
        who = "1 real person has come in" if real == 1 else f"{real} real people have come in"
        raise Refused(
            "nobody_can_own",
            f"{who}, and only sample people look after them. Add an admin of your own "
            "(trellis user create NAME --email EMAIL), then remove the demo.",
        )
    return heir


def hand_over(heir: User, at: datetime) -> None:
    """Real journeys of sample people get a real owner."""
    walking = Journey.objects.exclude(status="closed").filter(owner__in=sample_users(), contact__sampled_at=None)
    for journey in walking.select_related("playbook", "stage", "contact", "owner"):
        assign_journey(journey, owner=heir, by=heir, at=at)


def clear_away(at: datetime) -> None:
    """Delete what is marked, from what hangs on it down to it."""
    contacts = list(sample_contacts().values_list("pk", flat=True))
    journeys = list(Journey.objects.filter(contact__in=contacts).values_list("pk", flat=True))
    release_signals(contacts, at)
    worn = list(Tag.objects.filter(contact_tags__contact__in=contacts).distinct().values_list("pk", flat=True))
    employers = list(Company.objects.filter(contacts__in=contacts).values_list("pk", flat=True))
    for rows in rows_of(contacts, journeys):
        rows._raw_delete(rows.db)
    Tag.objects.filter(pk__in=worn, contact_tags=None).delete()
    Company.objects.filter(pk__in=employers, contacts=None).delete()
    Form.objects.exclude(sampled_at=None).delete()
    let_people_go(at)
    close_business()


def release_signals(contacts: list[UUID], at: datetime) -> None:
    """What came in for real and was taken for a sample contact stays, set aside and with the reason."""
    real = Signal.objects.filter(contact__in=contacts, sampled_at=None)
    real.update(
        state=SignalState.SET_ASIDE, reason=SAMPLE_GONE, settled_at=at, contact=None, journey_id=None, retry_at=None
    )


def rows_of(contacts: list[UUID], journeys: list[UUID]) -> list[QuerySet[Any]]:
    """Everything about these contacts, in the order in which it can go: a journey before its tasks, for its guard."""
    about = Q(contact_id__in=contacts) | Q(journey_id__in=journeys)
    signals = Signal.objects.exclude(sampled_at=None)
    return [
        Event.objects.filter(about),
        Notice.objects.filter(about),
        Message.objects.filter(contact__in=contacts),
        Conversation.objects.filter(contact__in=contacts),
        Call.objects.filter(contact__in=contacts),
        *(model.objects.filter(journey__in=journeys) for model in (Decision, Clock, StageVisit)),
        Journey.objects.filter(pk__in=journeys),
        Task.objects.filter(journey__in=journeys),
        RawSignal.objects.filter(signal__in=signals),
        signals,
        PossibleDuplicate.objects.filter(Q(contact__in=contacts) | Q(other__in=contacts)),
        *(model.objects.filter(contact__in=contacts) for model in (ContactTag, ContactPoint, Consent)),
        Contact.objects.filter(pk__in=contacts),
    ]


def let_people_go(at: datetime) -> None:
    """Sample people are deleted; one who worked on something real stays as somebody who has left."""
    for user in sample_users():
        try:
            user.delete()
        except (ProtectedError, RestrictedError):
            deactivate_user(user, by=None, at=at)
            User.objects.filter(pk=user.pk).update(sampled_at=None)


def close_business() -> None:
    """A business with real people goes on under its name and its rules; one without anybody was the sample."""
    if User.objects.exists():
        Business.objects.update(sampled_at=None)
        return
    for model in (Playbook, Stage, Team, Calendar, Business):
        model.objects.all().delete()
