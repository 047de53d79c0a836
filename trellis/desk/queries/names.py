"""What to call a contact who may have no name, what stands for the way a lead came, and why its next step is there."""

from collections.abc import Mapping

from django.db.models import OuterRef

from trellis.core.questions import RowsOf, hold
from trellis.journeys.models import Task
from trellis.journeys.playbook.sentences import cause
from trellis.people.models import Contact, ContactPoint
from trellis.web.phones import say_phone

# How a lead came, by the kind of its signal; a message is told apart by its channel.
WAYS: Mapping[str, tuple[str, str]] = {
    "form": ("globe", "web form"),
    "call": ("phone-incoming", "call"),
    "missed_call": ("phone-missed", "missed call"),
    "referral": ("hand-heart", "referral"),
    "sms": ("message-square-text", "text"),
    "email": ("mail", "email"),
}


def called(contact: Contact, region: str) -> str:
    """Their name, else their number or address. Points should be prefetched."""
    if contact.name:
        return contact.name
    points = sorted(contact.points.all(), key=lambda point: point.kind != "phone")
    return say_point(points[0], region) if points else "Somebody new"


def point_of(contact: str) -> RowsOf:
    """An annotation for a row whose contact is at this path: the point by which they are called without a name."""
    points = ContactPoint.objects.filter(contact=OuterRef(contact))
    return RowsOf(points.order_by("-kind", "created_at", "pk")[:1])


def hold_point(contact: Contact, point: list[ContactPoint]) -> None:
    """Let somebody without a name be called by it."""
    if not contact.name:
        hold(contact, "points", point)


def say_point(point: ContactPoint, region: str) -> str:
    return say_phone(point.value, region) if point.kind == "phone" else point.value


def way_of(kind: str, channel: str) -> tuple[str, str]:
    """Icon and words for how a lead came."""
    return WAYS.get(kind) or WAYS.get(channel) or ("sprout", "lead")


def cause_of(task: Task | None) -> str:
    """Why a step is there: what set its rule off, or as a person wrote it."""
    if task is None:
        return ""
    return cause(task.why) if task.rule_id else task.why
