"""What conditions may ask of journeys: each field as the database knows it and as a row tells it.

Segments, saved views and scores select by them. Rules know less: `playbook.fields` says what the engine sees.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from django.db.models import Exists, F, OuterRef, Q

from trellis.core.condition_query import Column, TextIn
from trellis.core.condition_values import Money
from trellis.core.conditions import AnyCase, Kind, Known, Read, Value
from trellis.journeys.models import Journey, JourneyStatus
from trellis.people.models import ContactPoint, ContactTag


def fields_of_journeys(questions: Iterable[str] = ()) -> dict[str, Column]:
    """Every field, with an answer for each of these questions' keys."""
    return COLUMNS | {f"answers.{key}": Column(Known(), TextIn(F("answers"), key)) for key in questions}


def reading(journey: Journey) -> Read:
    """The same fields read from a row; those of the contact ask for its tags and addresses."""
    return lambda field: read(journey, field)


def read(journey: Journey, field: str) -> Value:
    room, _, key = field.partition(".")
    if room == "answers":
        return str(journey.answers.get(key, ""))
    return READERS[field](journey)


def words(known: Kind, name: str) -> Column:
    return Column(Known(known), F(name))


def instant(name: str) -> Column:
    return Column(Known(Kind.INSTANT), F(name))


def tagged(looked_for: Sequence[str] | None) -> Exists:
    tags = ContactTag.objects.filter(contact=OuterRef("contact"))
    return Exists(tags if looked_for is None else tags.filter(tag__small__in=[word.lower() for word in looked_for]))


def reachable_by(kind: str) -> Column:
    points = ContactPoint.objects.filter(contact=OuterRef("contact"), kind=kind, unreachable_at=None)
    return Column(Known(Kind.YES_NO), Exists(points))


def has_point(journey: Journey, kind: str) -> bool:
    return any(point.kind == kind and not point.unreachable_at for point in journey.contact.points.all())


STATUSES = tuple(status.value for status in JourneyStatus)
COLUMNS: dict[str, Column] = {
    "title": words(Kind.TEXT, "title"),
    "words": words(Kind.TEXT, "words"),
    "stage": words(Kind.CHOICE, "stage__key"),
    "phase": words(Kind.CHOICE, "stage__phase"),
    "playbook": words(Kind.CHOICE, "playbook_key"),
    "status": Column(Known(Kind.CHOICE, STATUSES), F("status")),
    "outcome": Column(Known(Kind.CHOICE, ("won", "lost", "done")), F("outcome")),
    "owner": words(Kind.CHOICE, "owner__email"),
    "priority": Column(Known(Kind.YES_NO), Q(priority_at__isnull=False)),
    "value": Column(Known(Kind.MONEY), F("value_minor"), F("currency")),
    "rests": Column(Known(Kind.NUMBER), F("parks")),
    "kind": Column(Known(Kind.CHOICE), TextIn(F("context"), "kind")),
    "channel": Column(Known(Kind.CHOICE), TextIn(F("context"), "channel")),
    "source": Column(Known(), TextIn(F("context"), "source")),
    **{name: instant(name) for name in ("due_at", "started_at", "heard_at", "spoke_at", "parked_until", "closed_at")},
    "contact.name": words(Kind.TEXT, "contact__name"),
    "contact.channel": Column(Known(Kind.CHOICE), TextIn(F("contact__last_touch"), "channel")),
    "contact.source": Column(Known(), TextIn(F("contact__first_touch"), "utm_source")),
    "contact.has_email": reachable_by("email"),
    "contact.has_phone": reachable_by("phone"),
    "contact.tags": Column(Known(Kind.CHOICES), tagged),
}

READERS: Mapping[str, Callable[[Journey], Value]] = {
    "title": lambda journey: journey.title,
    "words": lambda journey: journey.words,
    "stage": lambda journey: journey.stage.key,
    "phase": lambda journey: journey.stage.phase,
    "playbook": lambda journey: journey.playbook_key,
    "status": lambda journey: journey.status,
    "outcome": lambda journey: journey.outcome,
    "owner": lambda journey: journey.owner.email if journey.owner else None,
    "priority": lambda journey: journey.priority_at is not None,
    "value": lambda journey: None if journey.value_minor is None else Money(journey.value_minor, journey.currency),
    "rests": lambda journey: journey.parks,
    "kind": lambda journey: journey.context.get("kind"),
    "channel": lambda journey: journey.context.get("channel"),
    "source": lambda journey: journey.context.get("source"),
    "due_at": lambda journey: journey.due_at,
    "started_at": lambda journey: journey.started_at,
    "heard_at": lambda journey: journey.heard_at,
    "spoke_at": lambda journey: journey.spoke_at,
    "parked_until": lambda journey: journey.parked_until,
    "closed_at": lambda journey: journey.closed_at,
    "contact.name": lambda journey: journey.contact.name,
    "contact.channel": lambda journey: journey.contact.last_touch.get("channel"),
    "contact.source": lambda journey: journey.contact.first_touch.get("utm_source"),
    "contact.has_email": lambda journey: has_point(journey, "email"),
    "contact.has_phone": lambda journey: has_point(journey, "phone"),
    "contact.tags": lambda journey: AnyCase(tag.name for tag in journey.contact.tags.all()),
}
