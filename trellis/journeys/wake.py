"""Due work: tasks of the machine, claimed in batches by any number of workers and applied once; and absences, covered.

A claim is a lease. A worker that dies leaves its lease behind, and the next one takes the task when it has run out.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from trellis.events.catalogue import TakerGone, TaskDue
from trellis.journeys.apply import Failure, Tell, apply_or_report, state_of
from trellis.journeys.engine.covering import covered
from trellis.journeys.engine.offers import ACCEPT
from trellis.journeys.engine.owners import wanted_by
from trellis.journeys.engine.state import Customer, Person, World
from trellis.journeys.models import MACHINE_KINDS, ON_OFFER, Handover, Journey, Task
from trellis.journeys.publish import document_at, playbook_at, stage_at
from trellis.journeys.world import people_at
from trellis.team.models import User
from trellis.team.queries import business, hours_of, off_duty, staff

LEASE = timedelta(seconds=60)
LONGEST_PAUSE = timedelta(hours=1)
# Of what waits for people who are not there, so many times as many are looked at as are passed on in one round.
LOOKED_AT = 10


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
    # Spares SQLite the write lock of an idle round. In order, as PostgreSQL would look through the whole table for one.
    if not Task.objects.filter(due_tasks(at)).order_by("due_at").values("pk")[:1]:
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
    """Pass on what is due before its owner is back, as the stage's rule says. Returns how many found somebody.

    Of what waits, what is due first comes first.
    """
    waiting, offers = waiting_for_the_absent(at, LOOKED_AT * limit), offers_to_the_absent(at, limit)
    if not (waiting or offers):
        return 0
    by = {way for journey in waiting for way in document_at(journey.playbook_id).owners_by}
    people = people_at(at, with_load="load" in by)
    passed = [tell for journey in waiting if (tell := passing_on(journey, people))]
    tells = [*offers, *passed][:limit]
    return len(tells) - len(apply_or_report(tells, at))


def waiting_for_the_absent(at: datetime, most: int) -> list[Journey]:
    """Journeys whose step is due before their owner is back. What they were given since they left, they keep."""
    found = {journey.pk: journey for part in (due_while_away(at), due_while_off_duty(at)) for journey in part[:most]}
    for journey in found.values():
        journey.playbook = playbook_at(journey.playbook_id)
        journey.stage = stage_at(journey.playbook, journey.stage_id)
    return sorted(found.values(), key=lambda journey: (journey.due_at, journey.pk))


def due_while_away(at: datetime) -> QuerySet[Journey]:
    return waiting_for_owners().filter(
        owner__absences__starts_at__lte=at,
        owner__absences__ends_at__gt=at,
        assigned_at__lt=F("owner__absences__starts_at"),
        due_at__lt=F("owner__absences__ends_at"),
    )


def due_while_off_duty(at: datetime) -> QuerySet[Journey]:
    """Only while somebody else is there: the whole team going home is no reason to pass anything on."""
    theirs = Q(pk=None)
    if any(member.on_duty for member in staff(at)):
        for member, since in off_duty(at):
            theirs |= Q(owner=member.id, assigned_at__lt=since, due_at__lt=member.next_on_duty_at)
    return waiting_for_owners().filter(theirs)


def waiting_for_owners() -> QuerySet[Journey]:
    """A step of theirs leads, or they wait for somebody to accept it."""
    theirs = Q(next_task__assignee=F("owner")) | Q(next_task__rule_id=ACCEPT)
    return Journey.objects.filter(theirs, status="open").order_by("due_at", "id")


def offers_to_the_absent(at: datetime, limit: int) -> list[Tell]:
    """What is offered to somebody who will not be there in time goes on to the next."""
    gone = Q(
        taker__absences__starts_at__lte=at,
        taker__absences__ends_at__gt=at,
        offered_at__lt=F("taker__absences__starts_at"),
        due_at__lt=F("taker__absences__ends_at"),
    )
    for member, since in off_duty(at) if any(member.on_duty for member in staff(at)) else []:
        gone |= Q(taker=member.id, offered_at__lt=since, due_at__lt=member.next_on_duty_at)
    offers = Handover.objects.filter(ON_OFFER).filter(gone).select_related("taker").order_by("due_at", "id").distinct()
    return [
        Tell(journey_id=one.journey_id, fact=TakerGone(taker=str(one.taker_id), reason=not_there(one.taker)))
        for one in offers[:limit]
    ]


def not_there(taker: User) -> str:
    return f"{taker.first_name} is not there"


def passing_on(journey: Journey, people: tuple[Person, ...]) -> Tell | None:
    """None when nobody is there sooner than the owner; of an owner who is off duty, when nobody is there now."""
    document, owner = document_at(journey.playbook_id), str(journey.owner_id)
    world = World(people=people, hours=hours_of(document.calendar), customer=Customer())
    rule = document.stages[journey.stage.key].owner
    wanted = wanted_by(rule, state_of(journey, [], []))
    gone = covered(rule, world, owner, business().time_zone, wanted=wanted)
    return Tell(journey_id=journey.pk, fact=gone) if gone else None
