"""Due work: tasks of the machine, claimed in batches by any number of workers and applied once.

A claim is a lease. A worker that dies leaves its lease behind, and the next one takes the task when it has run out.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from trellis.events.catalogue import TaskDue
from trellis.journeys.apply import Failure, Tell, apply_or_report
from trellis.journeys.models import MACHINE_KINDS, Task

LEASE = timedelta(seconds=60)
LONGEST_PAUSE = timedelta(hours=1)


def work_once(*, at: datetime, limit: int = 100) -> int:
    """Claim what is due and apply it. Returns how many tasks were taken."""
    tasks = claim_due(at, limit)
    if tasks:
        tells = [Tell(journey_id=task.journey_id, fact=due_fact(task)) for task in tasks]
        failures = apply_or_report(tells, at)
        put_off(failures, at)
    return len(tasks)


def due_fact(task: Task) -> TaskDue:
    return TaskDue(task_id=str(task.pk), title=task.title)


def due_tasks(at: datetime) -> Q:
    return Q(status="open", kind__in=MACHINE_KINDS, due_at__lte=at) & (Q(lease_until=None) | Q(lease_until__lt=at))


def due_backlog(at: datetime) -> int:
    """Tasks of the machine that should have happened by now."""
    return Task.objects.filter(status="open", kind__in=MACHINE_KINDS, due_at__lte=at).count()


def claim_due(at: datetime, limit: int) -> list[Task]:
    """Lease the tasks that have been due longest, one of each journey: what one decides may withdraw the other."""
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
