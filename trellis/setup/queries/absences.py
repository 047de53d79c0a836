"""Who will be away, and what that means for the steps that come due meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from trellis.journeys.models import Journey
from trellis.setup.queries.people import is_id, say_leave
from trellis.team.models import Absence, User
from trellis.web.times import Viewer

PAGE = 25


@dataclass(frozen=True, kw_only=True)
class Leave:
    """An absence in the list: when it is, and what follows for the steps that come due meanwhile."""

    absence: Absence
    when: str
    follows: str


@dataclass(frozen=True, kw_only=True)
class LeaveList:
    rows: list[Leave]
    after: str


def leave_list(user: User, viewer: Viewer, after: str = "") -> LeaveList:
    """What goes on now and what is to come, the next one first."""
    absences = list(ahead(viewer.now, after)[: PAGE + 1])
    shown = absences[:PAGE]
    due = steps_due([(absence.user_id, absence.starts_at, absence.ends_at) for absence in shown], user)
    return LeaveList(
        rows=[leave_row(absence, steps, viewer) for absence, steps in zip(shown, due, strict=True)],
        after=f"{shown[-1].starts_at.isoformat()}|{shown[-1].pk}" if len(absences) > PAGE else "",
    )


def leave_row(absence: Absence, steps: int, viewer: Viewer) -> Leave:
    when = say_leave(absence, absence.user, viewer)
    return Leave(absence=absence, when=when, follows=what_follows(absence.user, steps))


def ahead(at: datetime, after: str) -> QuerySet[Absence]:
    absences = Absence.objects.filter(ends_at__gt=at, user__deactivated_at=None).select_related("user")
    ordered = absences.order_by("starts_at", "pk")
    moment, _, pk = after.rpartition("|")
    try:
        start = datetime.fromisoformat(moment)
    except ValueError:
        return ordered
    if not is_id(pk) or start.tzinfo is None:
        return ordered
    return ordered.filter(Q(starts_at__gt=start) | Q(starts_at=start, pk__gt=pk))


def steps_due(absences: Sequence[tuple[UUID, datetime, datetime]], user: User) -> list[int]:
    """How many steps that the user sees of each of these people come due while they are away, in one query."""
    if not absences:
        return []
    theirs = Journey.objects.visible_to(user).filter(
        status="open", owner__in={user for user, _, _ in absences}, next_task__assignee=F("owner")
    )
    counts = {
        f"away_{number}": Count("pk", filter=Q(owner=user, due_at__gte=start, due_at__lt=end))
        for number, (user, start, end) in enumerate(absences)
    }
    return list(theirs.filter(due_at__lt=max(end for _, _, end in absences)).aggregate(**counts).values())


def what_follows(person: User, steps: int) -> str:
    """What happens to the work of somebody who goes away."""
    if not steps:
        return f"No step of {person.first_name} is due in that time yet. New ones go to whoever is there."
    said = "1 step is" if steps == 1 else f"{steps} steps are"
    pronoun = "It passes" if steps == 1 else "They pass"
    return f"{said} due in that time. {pronoun} to whoever is there once {person.first_name} is away."
