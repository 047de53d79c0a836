"""Journeys that are open, and where a page of them by deadline ended."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from trellis.core.literal import Literal
from trellis.journeys.models import Journey, JourneyQuerySet, JourneyStatus
from trellis.team.models import User


def all_open() -> JourneyQuerySet:
    found: JourneyQuerySet = Journey.objects.filter(status=Literal(JourneyStatus.OPEN))
    return found


def open_journeys(user: User) -> QuerySet[Journey]:
    """Those that they see."""
    return all_open().visible_to(user)


def cursor_at(journey: Journey) -> str:
    assert journey.due_at
    return f"{journey.due_at.isoformat()}~{journey.pk}"


def read_cursor(text: str) -> tuple[datetime, UUID] | None:
    """Where a page ended; nothing when the address was cut or made up."""
    due, _, pk = text.partition("~")
    try:
        return datetime.fromisoformat(due.replace(" ", "+")), UUID(pk)
    except ValueError:
        return None
