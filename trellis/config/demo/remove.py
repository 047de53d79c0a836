"""Taking the demo out: everything marked as sample goes, and with it what hangs on it. What is real stays."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.deletion import ProtectedError, RestrictedError

from trellis.core.memory import forget
from trellis.core.refusal import Refused
from trellis.events.models import Event
from trellis.intake.models import Signal
from trellis.journeys.actions import assign_journey
from trellis.journeys.models import ON_OFFER, Draft, Handover, Journey, Playbook, Stage, VersionChange
from trellis.people.models import Contact, Segment, SegmentCursor
from trellis.setup.actions.sample_people import remove_sample_people, sample_contacts
from trellis.steps.capture.models import Form
from trellis.team.actions.people import deactivate_user
from trellis.team.models import Business, Calendar, Role, Team, User


def remove(at: datetime) -> str:
    """Take out all that is sample; what was done, in a sentence. Refused while something real depends on it."""
    is_demo = Business.objects.exclude(sampled_at=None).exists() or sample_users().exists()
    gone = sample_contacts().count()
    if not (is_demo or gone):
        return "There is no demo business here."
    with transaction.atomic():
        heir = find_heir()
        if heir:
            hand_over(heir, at)
        clear_away(at)
    forget()
    people = "1 sample person" if gone == 1 else f"{gone} sample people"
    return f"The demo business is gone: {people} with everything about them." if is_demo else f"Gone: {people}."


def sample_users() -> QuerySet[User]:
    return User.objects.exclude(sampled_at=None)


def find_heir() -> User | None:
    """Who takes over what is real; nobody where nothing is. Refused where something is and nobody real leads."""
    heir = User.objects.active().filter(sampled_at=None, role=Role.ADMIN).order_by("created_at").first()
    real = real_contacts().count()
    if real and heir is None:
        who = "1 real person has come in" if real == 1 else f"{real} real people have come in"
        raise Refused(
            "nobody_can_own",
            f"{who}, and only sample people look after them. Add an admin of your own "
            "(trellis user create NAME --email EMAIL), then remove the demo.",
        )
    return heir


def real_contacts() -> QuerySet[Contact]:
    return Contact.objects.exclude(pk__in=sample_contacts().values("pk"))


def hand_over(heir: User, at: datetime) -> None:
    """Real journeys of sample people get a real owner."""
    walking = Journey.objects.exclude(status="closed").filter(owner__in=sample_users(), contact__in=real_contacts())
    for journey in walking.select_related("playbook", "stage", "contact", "owner"):
        assign_journey(journey, owner=heir, by=heir, at=at)
    for offer in Handover.objects.filter(ON_OFFER, taker__in=sample_users()).select_related("journey__owner"):
        if owner := offer.journey.owner:  # Whoever has it keeps it.
            assign_journey(offer.journey, owner=owner, by=heir, at=at)


def clear_away(at: datetime) -> None:
    """Delete what is marked, from what hangs on it down to it."""
    remove_sample_people(list(sample_contacts().values_list("pk", flat=True)), at=at)
    Signal.objects.exclude(sampled_at=None).delete()
    Form.objects.exclude(sampled_at=None).delete()
    # What they made for themselves goes with them, as their views do.
    Segment.objects.filter(created_by__in=sample_users()).delete()
    Event.objects.filter(by__in=sample_users(), key__in=("setting.changed", "person.signed_in")).delete()
    forget_publishing()
    let_people_go(at)
    close_business()


def forget_publishing() -> None:
    """The playbook was published before the sample business was opened; that is nobody's history."""
    opened = Business.objects.values_list("sampled_at", flat=True).first()
    if opened:
        Event.objects.filter(key__startswith="playbook.", contact_id=None, at__lte=opened).delete()


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
    Event.objects.filter(key__startswith="playbook.", contact_id=None).delete()
    for model in (VersionChange, Draft, Playbook, Stage, SegmentCursor, Team, Calendar, Business):
        model.objects.all().delete()
