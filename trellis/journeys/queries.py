"""Reading journeys: what is next, what happens if nobody acts, and why."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet
from django.db.models.functions import Coalesce

from trellis.core.literal import Literal
from trellis.core.questions import RowsOf, SizeOf
from trellis.journeys.audit import audit
from trellis.journeys.engine.offers import ACCEPT
from trellis.journeys.models import MACHINE_KINDS, PERSON_KINDS, Journey, JourneyStatus, Task, TaskStatus
from trellis.journeys.playbook.sentences import lower_first, what_it_does
from trellis.journeys.publish import document_at
from trellis.team.models import User

__all__ = ["Forecast", "after_this", "audit", "forecasts", "if_nobody_acts", "open_tasks"]


@dataclass(frozen=True)
class Forecast:
    """What will happen by itself, as a sentence without its time, and when."""

    sentence: str
    at: datetime


def open_tasks(journey: Journey) -> QuerySet[Task]:
    return Task.objects.filter(journey=journey, status="open").select_related("assignee").order_by("due_at", "id")


def if_nobody_acts(journey: Journey) -> Forecast | None:
    """The machine's earliest step, or None when nothing is planned beyond the person's."""
    return forecasts([journey]).get(journey.pk)


def forecasts(journeys: Sequence[Journey]) -> dict[UUID, Forecast]:
    """`if_nobody_acts` for a whole page, in one query."""
    tasks = Task.objects.filter(journey__in=[journey.pk for journey in journeys], status="open", kind__in=MACHINE_KINDS)
    first: dict[UUID, Task] = {}
    for task in tasks.order_by("due_at", "id"):
        first.setdefault(task.journey_id, task)
    return {
        journey.pk: Forecast(sentence_for(journey, first[journey.pk]), first[journey.pk].due_at)
        for journey in journeys
        if journey.pk in first
    }


def coming() -> RowsOf:
    """An annotation for journeys: the machine's earliest step, in a list of one or none. Read it by `forecast_with`."""
    tasks = Task.objects.filter(journey=OuterRef("pk"), status="open", kind__in=MACHINE_KINDS)
    # Not along an index in the order of time, which holds the steps of all journeys.
    return RowsOf(tasks.order_by(Coalesce("due_at", "created_at"), "id")[:1])


def forecast_with(journey: Journey, tasks: Sequence[Task]) -> Forecast | None:
    """What happens if nobody acts, where `tasks` were read with the journey."""
    return next((Forecast(sentence_for(journey, task), task.due_at) for task in tasks), None)


def sentence_for(journey: Journey, task: Task) -> str:
    """What the task will do, as a promise: "it moves to the next free person and both are told"."""
    document = document_at(journey.playbook_id)
    place = document.places.get(task.rule_id)
    if task.kind == "wake":
        return "it wakes up and gets a new step"
    return what_it_does(document, place.rule, title=task.title) if place else lower_first(task.title)


def after_this(journey: Journey, tasks: Iterable[Task] | None = None) -> str:
    """What the playbook does once the next step is done; empty when that is open. `tasks`: the open ones, if read."""
    document = document_at(journey.playbook_id)
    rule_id = journey.next_task.rule_id if journey.next_task else ""
    stage = document.stages.get(journey.stage.key)
    for item in stage.next if stage else []:
        if rule_id in item.done:
            return f"it moves to {document.stages[item.to].title}"
    for task in open_tasks(journey) if tasks is None else tasks:
        place = document.places.get(task.rule_id)
        if task.pk != journey.next_task_id and not (place and place.part in ("late", "quiet")):
            return lower_first(task.title) if task.assignee_id else sentence_for(journey, task)
    return ""


def is_a_persons(task: Task) -> bool:
    """Open, and a person's to do or to put off. An offer is neither: it is answered."""
    return task.status == TaskStatus.OPEN and task.kind in PERSON_KINDS and task.rule_id != ACCEPT


def a_persons(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Those of them that `is_a_persons` tells."""
    return tasks.filter(status=TaskStatus.OPEN, kind__in=PERSON_KINDS).exclude(rule_id=ACCEPT)


def carried_by(user_ids: Collection[UUID], by: Any) -> dict[UUID, int]:
    """How many open journeys each of these people owns, of those that `by` sees. One query.

    Each queue is counted for itself, along its own index: of all at once SQLite may think that another is as short.
    """
    theirs = Journey.objects.visible_to(by).filter(status=Literal(JourneyStatus.OPEN), owner=OuterRef("pk"))
    return dict(User.objects.filter(pk__in=user_ids).values_list("pk", SizeOf(theirs)))


def with_next_step(journeys: QuerySet[Journey]) -> QuerySet[Journey]:
    """All that a row of a journey shows, in one query."""
    rows = journeys.select_related("contact", "stage", "owner", "next_task", "next_task__assignee", "playbook")
    return rows.defer("playbook__source", "playbook__document")


def walking(contact_ids: Iterable[UUID]) -> QuerySet[Journey]:
    return Journey.objects.exclude(status="closed").filter(contact__in=contact_ids)
