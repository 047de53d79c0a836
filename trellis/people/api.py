"""People at the machine door."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router

from trellis.api.needs import needs
from trellis.api.paging import PageOf, Paging, read_page
from trellis.api.problems import Problem
from trellis.api.requests import ApiRequest
from trellis.core.refusal import Refused
from trellis.events.models import Event
from trellis.people.identity import normalize_email, normalize_phone
from trellis.people.matching import duplicates_of
from trellis.people.merging import foresee_merge, hold_now, merge_contacts, require_mergeable
from trellis.people.models import Contact, PointKind
from trellis.people.permissions import Near, reaches, told_to
from trellis.people.queries import contact_now
from trellis.people.schemas import (
    CandidateOut,
    CandidatesOut,
    ContactOut,
    ContactQuery,
    EventOut,
    MergeIn,
    MergeOut,
    etag_of,
)
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
def read_contact(request: ApiRequest, response: HttpResponse, contact_id: UUID) -> ContactOut:
    """Whoever was merged into another is that one: the answer has their id. Its `ETag` is for `If-Match`."""
    contact = get_object_or_404(_whole(Contact.objects.visible_to(request.auth)), pk=_now(contact_id))
    told = ContactOut.of(contact)
    response["ETag"] = etag_of(told)
    return told


@router.get("/contacts/{uuid:contact_id}/timeline", response=PageOf[EventOut], summary="Read a person's timeline")
@needs("see", "contact")
def read_timeline(request: ApiRequest, contact_id: UUID, paging: Query[Paging]) -> PageOf[EventOut]:
    """Everything that happened and that the token may be told, the newest first."""
    contact = get_object_or_404(Contact.objects.visible_to(request.auth), pk=_now(contact_id))
    near = Near(request.auth, [contact.pk])
    events = Event.objects.filter(told_to(near), contact_id=contact.pk).select_related("by")
    hear, name = near.may("see", "conversation"), contact.name or "Someone"
    return read_page(events, lambda rows: [EventOut.of(row, name, hear=hear) for row in rows], paging, by="at")


@router.get("/contacts/{uuid:contact_id}/duplicates", response=CandidatesOut, summary="Who may be the same person")
@needs("see", "contact")
def list_duplicates(request: ApiRequest, contact_id: UUID) -> CandidatesOut:
    """The likeliest first, without those whom a person has told apart."""
    seen = Contact.objects.visible_to(request.auth)
    contact = get_object_or_404(seen, pk=_now(contact_id))
    found = {candidate.contact.pk: candidate for candidate in duplicates_of(contact)}
    whole = _whole(seen).in_bulk(found)
    return CandidatesOut(
        items=[CandidateOut.of(replace(candidate, contact=whole[pk])) for pk, candidate in found.items() if pk in whole]
    )


@router.post("/contacts/{uuid:contact_id}/merge", response=MergeOut, summary="Merge two people")
@needs("change", "contact")
def merge_people(request: ApiRequest, contact_id: UUID, merge: MergeIn) -> MergeOut:
    """All that belongs to `other` goes over to this person, who stays; the id of the other leads here from then on.

    With `dry_run` nothing is changed. A person can take a merge back on the page of the one who stayed.
    """
    survivor, other = (_to_change(request, pk) for pk in (contact_id, merge.other))
    moves, made = foresee_merge(other)[other.pk], None
    try:
        require_mergeable(survivor, other)
        if not merge.dry_run:
            made = merge_contacts(survivor, other, fields=merge.fields, by=request.auth.created_by, at=request.at)
    except Refused as refusal:
        raise Problem(409, refusal.code, refusal.sentence) from refusal
    contact = ContactOut.of(_whole(Contact.objects.all()).get(pk=survivor.pk))
    return MergeOut(id=made.pk if made else None, contact=contact, moves=moves)


@contextmanager
def held_to_change(request: ApiRequest, contact_id: UUID) -> Iterator[Contact]:
    """One transaction in which the token alone changes this person; whoever was merged is the one into whom.

    404 where it does not see them, 403 where it may not change them.
    """
    with transaction.atomic():
        contact = hold_now(contact_id)
        if contact is None or not reaches(request.auth, "see", "contact", contact.pk):
            raise Http404
        if not reaches(request.auth, "change", "contact", contact.pk):
            raise PermissionDenied
        yield contact


def _to_change(request: ApiRequest, contact_id: UUID) -> Contact:
    contact: Contact = get_object_or_404(Contact.objects.visible_to(request.auth), pk=contact_id)
    if not reaches(request.auth, "change", "contact", contact_id):
        raise PermissionDenied
    return contact


def _now(contact_id: UUID) -> UUID:
    contact = contact_now(contact_id)
    return contact.pk if contact else contact_id


def _whole(contacts: QuerySet[Contact]) -> QuerySet[Contact]:
    return contacts.select_related("company").prefetch_related("points", "tags", "consents")


def _with_point(contacts: QuerySet[Contact], kind: PointKind, value: str, given: str) -> QuerySet[Contact]:
    if not value:
        detail = f"“{given}” is not {'an email address' if kind == PointKind.EMAIL else 'a phone number'}."
        raise Problem(
            422, "bad_fields", f"{kind.value}: {detail}", errors=[{"parameter": kind.value, "detail": detail}]
        )
    return contacts.filter(points__kind=kind, points__value=value)
