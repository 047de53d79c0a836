"""What can be asked of a step and shown of it in a list."""

from dataclasses import replace
from typing import Any

from django.db.models import F
from django.db.models.functions import Lower

from trellis.core.condition_query import Column
from trellis.core.conditions import Kind, Known
from trellis.journeys.models import Task, TaskKind, TaskStatus
from trellis.journeys.publish import stage_titles
from trellis.people.fields import Field, colleagues_offered, moment


def fields_of_tasks(who: Any) -> dict[str, Field]:
    """Every field of a step: nothing more is told of one than its journey tells."""
    return FIELDS


def while_open(task: Task) -> Task | None:
    return task if task.status == TaskStatus.OPEN else None


def contact_name(task: Task) -> str:
    return task.journey.contact.name


FIELDS: dict[str, Field] = {
    "title": Field(
        label="Step", column=Column(Known(), F("title")), read=lambda task: task.title, order=Lower("title")
    ),
    "kind": Field(
        label="Kind",
        column=Column(Known(Kind.CHOICE, tuple(TaskKind.values)), F("kind")),
        read=lambda task: task.kind,
        say=lambda task: task.get_kind_display(),
    ),
    "status": Field(
        label="Status",
        column=Column(Known(Kind.CHOICE, tuple(TaskStatus.values)), F("status")),
        read=lambda task: task.status,
        say=lambda task: task.get_status_display(),
    ),
    "assignee": Field(
        label="Who",
        column=Column(Known(Kind.CHOICE), F("assignee__email")),
        read=lambda task: task.assignee.email if task.assignee else None,
        say=lambda task: task.assignee.name if task.assignee else "Trellis",
        order=Lower("assignee__name"),
        needs=("assignee",),
        offered=colleagues_offered,
    ),
    "contact": Field(
        label="For",
        column=Column(Known(), F("journey__contact__name")),
        read=contact_name,
        order=Lower("journey__contact__name"),
    ),
    "stage": Field(
        label="Stage",
        column=Column(Known(Kind.CHOICE), F("journey__stage__key")),
        read=lambda task: task.journey.stage.key,
        say=lambda task: task.journey.stage.title,
        order=F("journey__stage__position"),
        is_ranked=True,
        needs=("journey__stage",),
        offered=stage_titles,
    ),
    "playbook": Field(
        label="Playbook",
        column=Column(Known(Kind.CHOICE), F("journey__playbook_key")),
        read=lambda task: task.journey.playbook_key,
    ),
    "rule": Field(label="By rule", column=Column(Known(), F("rule_id")), read=lambda task: task.rule_id),
    "due_at": replace(
        moment("Due", "due_at", is_quick=True),
        quick_where=("status", frozenset(TaskStatus.values)),
        promised=while_open,
    ),
    "created_at": moment("Planned", "created_at"),
    "closed_at": moment("Ended", "closed_at"),
}
