"""Due work: tasks of the machine, claimed in batches by any number of workers and applied once; and absences, covered.

A claim is a lease. A worker that dies leaves its lease behind, and the next one takes the task when it has run out.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from trellis.events.catalogue import TaskDue
from trellis.journeys.apply import Failure, Tell, apply_or_report
from trellis.journeys.engine.covering import covered
from trellis.journeys.engine.state import Customer, Person, World
from trellis.journeys.models import MACHINE_KINDS, Journey, Task
from trellis.journeys.publish import document_of
from trellis.journeys.world import people_at
from trellis.team.queries import business, hours_of

LEASE = timedelta(seconds=60)
LONGEST_PAUSE = timedelta(hours=1)


def work_once(*, at: datetime, limit: int = 100) -> int:
    """Claim what is due and apply it, and pass on what waits for people who are away. Returns how many there were."""
    tasks = claim_due(at, limit)
    if tasks:
        tells = [Tell(journey_id=task.journey_id, fact=due_fact(task)) for task in tasks]
        failures = apply_or_report(tells, at)
        put_off(failures, at)
    return len(tasks) + cover_absences(at, limit)


def due_fact(task: Task) -> TaskDue:
    return TaskDue(task_id=str(task.pk), title=task.title)


def due_tasks(at: datetime) -> Q:
    return Q(status="open", kind__in=MACHINE_KINDS, due_at__lte=at) & (Q(lease_until=None) | Q(lease_until__lt=at))


def due_backlog(at: datetime) -> int:
    """Tasks of the machine that should have happened by now."""
    return Task.objects.filter(status="open", kind__in=MACHINE_KINDS, due_at__lte=at).count()


def claim_due(at: datetime, limit: int) -> list[Task]:
    """Lease the tasks that have been due longest, one of each journey: what one decides may withdraw the other."""
    if not Task.objects.filter(due_tasks(at)).exists():  # Spares SQLite the write lock of an idle round.
        return []
    with transaction.atomic():
        rows = Task.objects.select_for_update(skip_locked=True, of=("self",)).filter(due_tasks(at))
        found: dict[UUID, Task] = {}
        for task in rows.order_by("due_at", "id")[:limit]:
            found.setdefault(task.journey_id, task)
        ids = [task.pk for task in found.values()]
        Task.objects.filter(pk__in=ids).update(lease_until=at + LEASE, attempts=F("attempts") + 1)
    return list(found.values())


def put_off(failures: list[Failure], at: datetime) -> None:
    """A task that failed is tried again later and later, and shows why."""
    for failure in failures:
        if isinstance(failure.tell.fact, TaskDue):
            task = Task.objects.get(pk=failure.tell.fact.task_id)
            pause = min(timedelta(seconds=2**task.attempts), LONGEST_PAUSE)
            Task.objects.filter(pk=task.pk).update(lease_until=at + pause, error=failure.error[:2000])


def cover_absences(at: datetime, limit: int) -> int:
    """Pass on what is due before its owner is back, as the stage's rule says. Returns how many found somebody."""
    waiting = list(waiting_for_the_absent(at)[:limit])
    if not waiting:
        return 0
    people = people_at(at)
    tells = [tell for journey in waiting if (tell := passing_on(journey, people))]
    return len(tells) - len(apply_or_report(tells, at))


def waiting_for_the_absent(at: datetime) -> QuerySet[Journey]:
    """Journeys whose step is due before their owner is back. What they were given since they left, they keep."""
    return Journey.objects.select_related("playbook", "stage").filter(
        status="open",
        owner__absences__starts_at__lte=at,
        owner__absences__ends_at__gt=at,
        assigned_at__lt=F("owner__absences__starts_at"),
        due_at__lt=F("owner__absences__ends_at"),
        next_task__assignee=F("owner"),
    )


def passing_on(journey: Journey, people: tuple[Person, ...]) -> Tell | None:
    """None when nobody is there sooner than the owner."""
    document, owner = document_of(journey.playbook), str(journey.owner_id)
    world = World(people=people, hours=hours_of(document.calendar), customer=Customer())
    gone = covered(document.stages[journey.stage.key].owner, world, owner, business().time_zone)
    return Tell(journey_id=journey.pk, fact=gone) if gone else None
