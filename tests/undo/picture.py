"""All that anybody can see of a business: its people and rules, and where every lead stands."""

from typing import Any

from django.db.models import Model

from trellis.conversations.models import Call, Message
from trellis.journeys.models import Clock, Journey, Task
from trellis.lists.models import SavedView
from trellis.people.models import Company, Contact, CustomField, Segment
from trellis.steps.capture.models import Form
from trellis.team.models import (
    Absence,
    ApiToken,
    Business,
    Calendar,
    CalendarDay,
    Grant,
    Membership,
    Notice,
    Team,
    User,
)

SETTINGS: tuple[type[Model], ...] = (
    *(Absence, ApiToken, Business, Calendar, CalendarDay, Company, CustomField, Form, Grant, Membership),
    *(SavedView, Team, User),
)


def picture() -> dict[str, Any]:
    return {model.__name__: sorted(map(columns, model._base_manager.all()), key=str) for model in SETTINGS} | {
        "told": sorted(Notice.objects.filter(read_at=None).values_list("user__name", "text")),
        "segments": sorted(map(columns, Segment.objects.live()), key=str),
        "contacts": sorted(map(person, Contact.objects.genuine()), key=str),
        "journeys": sorted(map(lead, Journey.objects.genuine().select_related("next_task", "stage")), key=str),
        "calls": list(Call.objects.filter(taken_back_at=None, contact__taken_back_at=None).values_list("outcome")),
    }


def columns(row: Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.fields if field.name != "last_login"}


def person(contact: Contact) -> dict[str, Any]:
    points = contact.points.values_list("kind", "value", "held_at")
    return columns(contact) | {
        "points": sorted(points),
        "tags": sorted(contact.tags.values_list("name", flat=True)),
        "consents": sorted(contact.consents.values_list("channel", "purpose", "granted", "source")),
    }


def lead(journey: Journey) -> dict[str, Any]:
    tasks = Task.objects.filter(journey=journey, status="open").values_list("kind", "title", "due_at", "assignee")
    clocks = Clock.objects.filter(journey=journey, met_at=None, dropped_at=None).values_list("kind", "due_at")
    queued = Message.objects.filter(journey_id=journey.pk, state="queued").values_list("text")
    kept = ("status", "owner_id", "due_at", "answers", "custom", "parked_until", "outcome", "spoke_at", "heard_at")
    return {name: getattr(journey, name) for name in kept} | {
        "stage": journey.stage.key,
        "next": journey.next_task and (journey.next_task.kind, journey.next_task.title),
        "tasks": sorted(tasks, key=str),
        "clocks": sorted(clocks),
        "queued": sorted(queued),
    }
