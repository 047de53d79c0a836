"""People at the machine door."""

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Query, Router

from trellis.api.needs import needs
from trellis.api.paging import PageOf, Paging, read_page
from trellis.api.problems import Problem
from trellis.api.requests import ApiRequest
from trellis.events.models import Event
from trellis.people.identity import normalize_email, normalize_phone
from trellis.people.models import Contact, PointKind
from trellis.people.permissions import reaches
from trellis.people.reach import told_to
from trellis.people.schemas import ContactOut, ContactQuery, EventOut
from trellis.team.queries import business

router = Router(tags=["People"])


@router.get("/contacts", response=PageOf[ContactOut], summary="Find people")
@needs("see", "contact")
def list_contacts(request: ApiRequest, wanted: Query[ContactQuery]) -> PageOf[ContactOut]:
    """The newest first. Several people may share an address."""
    contacts = _whole(Contact.objects.genuine().visible_to(request.auth))
    if wanted.email is not None:
        contacts = _with_point(contacts, PointKind.EMAIL, normalize_email(wanted.email), wanted.email)
    if wanted.phone is not None:
        value = normalize_phone(wanted.phone, business().region)
        contacts = _with_point(contacts, PointKind.PHONE, value, wanted.phone)
    return read_page(contacts, lambda rows: [ContactOut.of(row) for row in rows], wanted, by="created_at")


@router.get("/contacts/{uuid:contact_id}", response=ContactOut, summary="Read a person")
@needs("see", "contact")
def read_contact(request: ApiRequest, contact_id: UUID) -> ContactOut:
    return ContactOut.of(get_object_or_404(_whole(Contact.objects.visible_to(request.auth)), pk=contact_id))


@router.get("/contacts/{uuid:contact_id}/timeline", response=PageOf[EventOut], summary="Read a person's timeline")
@needs("see", "contact")
def read_timeline(request: ApiRequest, contact_id: UUID, paging: Query[Paging]) -> PageOf[EventOut]:
    """Everything that happened and that the token may be told, the newest first."""
    contact = get_object_or_404(Contact.objects.visible_to(request.auth), pk=contact_id)
    events = Event.objects.filter(told_to(request.auth, contact_id), contact_id=contact_id).select_related("by")
    hear, name = reaches(request.auth, "see", "conversation", contact_id), contact.name or "Someone"
    return read_page(events, lambda rows: [EventOut.of(row, name, hear=hear) for row in rows], paging, by="at")


def _whole(contacts: QuerySet[Contact]) -> QuerySet[Contact]:
    return contacts.select_related("company").prefetch_related("points", "tags")


def _with_point(contacts: QuerySet[Contact], kind: PointKind, value: str, given: str) -> QuerySet[Contact]:
    if not value:
        detail = f"“{given}” is not {'an email address' if kind == PointKind.EMAIL else 'a phone number'}."
        raise Problem(
            422, "bad_fields", f"{kind.value}: {detail}", errors=[{"parameter": kind.value, "detail": detail}]
        )
    return contacts.filter(points__kind=kind, points__value=value)
