"""What a business adds to people, at the machine door: tags, and fields of its own."""

from uuid import UUID

from django.db import transaction
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status

from trellis.api.needs import needs
from trellis.api.paging import PageOf, read_page
from trellis.api.problems import no, refusals
from trellis.api.requests import ApiRequest
from trellis.people.actions import retag, set_tags
from trellis.people.api import held_to_change
from trellis.people.custom import change_field, define_field, retire_field
from trellis.people.models import Contact, CustomField
from trellis.people.queries import tag_names
from trellis.people.schemas_fields import (
    FieldChangeIn,
    FieldIn,
    FieldOut,
    FieldsQuery,
    TagsChangeIn,
    TagsIn,
    TagsOut,
)

router = Router(tags=["Tags and fields"])


@router.get("/tags", response=TagsOut, summary="Which tags there are")
@needs("see", "contact")
def list_tags(request: ApiRequest) -> TagsOut:
    """By name; the first thousand."""
    return TagsOut(tags=tag_names())


@router.put("/contacts/{uuid:contact_id}/tags", response=TagsOut, summary="Set a person's tags", openapi_extra=no(422))
@needs("change", "contact")
def replace_tags(request: ApiRequest, contact_id: UUID, told: TagsIn) -> TagsOut:
    with held_to_change(request, contact_id) as contact:
        set_tags(contact, told.tags, by=request.auth.created_by, at=request.at)
        return _worn(contact)


@router.patch("/contacts/{uuid:contact_id}/tags", response=TagsOut, summary="Put tags on a person, or take them off")
@needs("change", "contact")
def change_tags(request: ApiRequest, contact_id: UUID, told: TagsChangeIn) -> TagsOut:
    """One that is put on and taken off in the same request is off."""
    with held_to_change(request, contact_id) as contact:
        retag(contact, add=told.add, remove=told.remove, by=request.auth.created_by, at=request.at)
    return _worn(contact)


@router.get("/fields", response=PageOf[FieldOut], summary="Which fields the business added")
@needs("see", "contact")
def list_fields(request: ApiRequest, wanted: Query[FieldsQuery]) -> PageOf[FieldOut]:
    """Every field of people, companies and leads, the oldest first."""
    rows = CustomField.objects.filter(noun=wanted.noun) if wanted.noun else CustomField.objects.all()
    return read_page(
        rows, lambda found: [FieldOut.of(row) for row in found], wanted, by="created_at", newest_first=False
    )


@router.post("/fields", response={201: FieldOut}, summary="Add a field")
@needs("change", "settings")
def add_custom_field(request: ApiRequest, told: FieldIn) -> Status[FieldOut]:
    with refusals():
        field = define_field(**told.model_dump(), by=request.auth.created_by, at=request.at)
    return Status(201, FieldOut.of(field))


@router.patch("/fields/{uuid:field_id}", response=FieldOut, summary="Change a field, or retire it")
@needs("change", "settings")
def change_custom_field(request: ApiRequest, field_id: UUID, told: FieldChangeIn) -> FieldOut:
    field = get_object_or_404(CustomField, pk=field_id)
    label = field.label if told.label is None else told.label
    choices = field.choices if told.choices is None else told.choices
    by, at = request.auth.created_by, request.at
    with refusals(), transaction.atomic():
        field = change_field(field, label=label, choices=choices, by=by, at=at)
        if told.retired:
            field = retire_field(field, by=by, at=at)
    return FieldOut.of(field)


def _shown(fields: list[CustomField]) -> list[FieldOut]:
    return [FieldOut.of(field) for field in fields]


def _worn(contact: Contact) -> TagsOut:
    return TagsOut(tags=sorted(contact.tags.values_list("name", flat=True)))
