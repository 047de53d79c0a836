"""Finding what an address names, through the reach of whoever asks.

A stranger to a record gets 404; who sees it and may do no more gets 403.
"""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from trellis.intake.models import Signal
from trellis.journeys.models import Journey, Task
from trellis.journeys.permissions import require_change
from trellis.journeys.queries import with_next_step
from trellis.people.models import Contact
from trellis.people.permissions import reaches
from trellis.team.models import User
from trellis.team.permissions import may


def find_journey(user: User, journey_id: UUID) -> Journey:
    """With all that a row shows. 404 where they do not see it."""
    seen: QuerySet[Journey] = with_next_step(Journey.objects.visible_to(user, offered=True))
    return get_object_or_404(seen, pk=journey_id)


def journey_to_change(user: User, journey_id: UUID) -> Journey:
    return require_change(user, find_journey(user, journey_id))


def task_to_change(user: User, task_id: UUID) -> Task:
    """A step of a journey that is theirs to change, or one that was given to them."""
    tasks = Task.objects.select_related("journey__contact", "journey__stage", "journey__playbook", "journey__next_task")
    task = get_object_or_404(tasks.filter(journey__in=Journey.objects.visible_to(user, offered=True)), pk=task_id)
    if task.assignee_id != user.pk or not may(user, "change", "journey"):
        require_change(user, task.journey)
    return task


def contact_to(verb: str, noun: str, user: User, contact_id: UUID) -> Contact:
    """Somebody whom they see and whom the verb reaches: to write to, to note something about."""
    contact: Contact = get_object_or_404(Contact.objects.visible_to(user), pk=contact_id)
    if not reaches(user, verb, noun, contact_id):
        raise PermissionDenied
    return contact


def signal_to_change(user: User, signal_id: UUID) -> Signal:
    signal: Signal = get_object_or_404(Signal.objects.visible_to(user), pk=signal_id)
    if not Signal.objects.in_reach(user, "change").filter(pk=signal_id).exists():
        raise PermissionDenied
    return signal
