"""What of the desk somebody sees and may act on. A stranger to a record gets 404; who sees it and may no more, 403."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from trellis.intake.models import Signal
from trellis.journeys.models import Journey, Task
from trellis.journeys.permissions import changed_by, may_change, require_change
from trellis.journeys.queries import with_next_step
from trellis.people.models import Contact
from trellis.people.permissions import among, reaches
from trellis.team.models import User
from trellis.team.permissions import may, owners_in_reach, reach_of
from trellis.team.roles import Reach


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
    if task.assignee_id != user.pk:
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


def sees_all(user: User) -> bool:
    """Whether every journey is theirs to see: then what is counted is the same for everybody, and shared."""
    return reach_of(user, "see", "journey") == Reach.ALL


def shared_as(user: User) -> str:
    """Whom a count is shared with, as a part of the name it is kept under: everybody who sees all, else nobody."""
    return "" if sees_all(user) else f"{user.pk}.{reach_of(user, 'see', 'journey')}"


def heard_by(user: User, contact_ids: Iterable[UUID]) -> set[UUID]:
    """With whom of these people they may read what was said, of the rows of one page."""
    return among(contact_ids, user, "see", "conversation")


def talks_in_reach(user: User) -> frozenset[UUID] | None:
    """Whose journeys' conversations they read in the Inbox; None where that is everybody's."""
    reach = min(reach_of(user, "see", "journey"), reach_of(user, "see", "conversation"))
    return None if reach == Reach.ALL else owners_in_reach(user, reach)


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What somebody may with the rows of one page: with whom they read what was said and noted, whose they change."""

    hear: set[UUID]
    notes: set[UUID]
    change: Container[UUID | None]

    @classmethod
    def of(cls, user: User, contact_ids: Sequence[UUID]) -> "Rights":
        notes = among(contact_ids, user, "see", "note")
        return cls(hear=heard_by(user, contact_ids), notes=notes, change=changed_by(user))


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """What somebody may do with one person and the journey that is shown of them."""

    change: bool
    send: bool
    note: bool
    hear: bool

    @property
    def tabs(self) -> set[str]:
        """Of the composer."""
        return ({"email", "sms", "call"} if self.send else set()) | ({"note"} if self.note else set())


def allowed_with(user: User, contact_id: UUID, journey: Journey | None) -> Allowed:
    """No query where the rights reach all."""
    return Allowed(
        change=may_change(user, journey) if journey else may(user, "add", "journey"),
        send=reaches(user, "send", "conversation", contact_id),
        note=reaches(user, "add", "note", contact_id),
        hear=reaches(user, "see", "conversation", contact_id),
    )
