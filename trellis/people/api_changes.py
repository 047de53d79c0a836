"""Writing people down and changing them, at the machine door."""

from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from ninja import Status

from trellis.api.needs import needs, require
from trellis.api.problems import Problem, no, refusals
from trellis.api.requests import ANYWAY, ApiRequest, adds_anyway, require_unchanged
from trellis.core.text import TooLong
from trellis.core.turns import take_turns
from trellis.people.actions import record_consent, set_tags, withdraw_consent
from trellis.people.addresses import read_address
from trellis.people.api import held_to_change
from trellis.people.api import router as router
from trellis.people.changing import add_contact, change_contact, turns_of
from trellis.people.custom_values import WrongValue
from trellis.people.keyed import Keyed, match_by
from trellis.people.linkage.traits import Traits
from trellis.people.matching import likely_seen, suspect
from trellis.people.merging import hold_now
from trellis.people.models import Contact, PointKind
from trellis.people.permissions import reaches
from trellis.people.schemas import ConsentIn, ContactOut, etag_of
from trellis.people.schemas_changes import (
    ContactIn,
    UpsertedOut,
    UpsertIn,
    UpsertOut,
    custom_key,
    keys_told,
    values_told,
)

MOST_CANDIDATES = 5
WRONG = (WrongValue, TooLong)


@router.post("/contacts", response={201: ContactOut}, summary="Add a person")
@needs("add", "contact")
def add_person(request: ApiRequest, told: ContactIn) -> Status[ContactOut]:
    """409 with candidates where somebody who is likely the same is known, unless `X-Skip-Duplicate-Check: true`.

    Then the pair waits among those that may be the same.
    """
    is_meant = adds_anyway(request)
    with transaction.atomic():
        _take_turns(told)
        if not is_meant:
            _require_unknown(request, told)
        contact = _written(request, None, told)
        if is_meant:
            suspect(contact, by=request.auth.created_by, at=request.at)
    return Status(201, ContactOut.of(_whole(contact.pk)))


@router.patch("/contacts/{uuid:contact_id}", response=ContactOut, summary="Change a person", openapi_extra=no(412))
@needs("change", "contact")
def change_person(request: ApiRequest, response: HttpResponse, contact_id: UUID, told: ContactIn) -> ContactOut:
    """With `If-Match` only as long as the `ETag` is still that: 412 where somebody changed them meanwhile.

    Whoever was merged into another is that one: the answer has their id.
    """
    with transaction.atomic():
        _take_turns(told)
        with held_to_change(request, contact_id) as contact:
            if "If-Match" in request.headers:
                require_unchanged(request, etag_of(ContactOut.of(_whole(contact.pk))))
            changed = ContactOut.of(_whole(_written(request, contact, told).pk))
    response["ETag"] = etag_of(changed)
    return changed


@router.post("/contacts/upsert", response=UpsertOut, summary="Add or change many people")
@needs("change", "contact")
def upsert_people(request: ApiRequest, batch: UpsertIn) -> UpsertOut:
    """Each item in a transaction of its own: those that fail say why, the others are done."""
    by, keyed = batch.by, None
    if by.startswith("custom."):
        match_by(custom_key("contact", by), at=request.at)
        keyed = Keyed(Contact.objects.genuine(), by.removeprefix("custom."), keys_told("contact", by, batch.items))
    return UpsertOut.of([_upserted(request, index, one, by, keyed) for index, one in enumerate(batch.items)])


@router.post("/contacts/{uuid:contact_id}/consents", response={201: ContactOut}, summary="Record a consent")
@needs("change", "contact")
def record_word(request: ApiRequest, contact_id: UUID, told: ConsentIn) -> Status[ContactOut]:
    """What they agreed to, or asked us to stop: the newest word counts, and those before it stay."""
    verb = record_consent if told.granted else withdraw_consent
    by = request.auth.created_by
    with held_to_change(request, contact_id) as contact:
        verb(contact, channel=told.channel, purposes=told.purposes, source=told.source, by=by, at=request.at)
        return Status(201, ContactOut.of(_whole(contact.pk)))


def _take_turns(told: ContactIn, by: str = "") -> None:
    """Whoever writes down the same address, company or key waits until we are done, and then finds what we wrote."""
    with refusals(wrong=WRONG):
        wanted = told.wanted
        keys = [*turns_of(wanted)]
        if by.startswith("custom."):
            keys.append(f"contact {by} {wanted.get(by)}")
    take_turns(keys)


def _require_unknown(request: ApiRequest, told: ContactIn) -> None:
    traits = Traits(
        name=told.name or "",
        emails=frozenset(_read(PointKind.EMAIL, text) for text in told.emails or ()),
        phones=frozenset(_read(PointKind.PHONE, text) for text in told.phones or ()),
        place=told.place or "",
    )
    if known := likely_seen(traits, request.auth, most=MOST_CANDIDATES):
        candidates = [
            {"id": str(one.contact.pk), "name": one.contact.name, "probability": one.likeness.per_mille / 1000}
            for one in known
        ]
        detail = f"This looks like {known[0].contact.name or 'somebody known'}. Change them, or send {ANYWAY}: true."
        raise Problem(409, "likely_duplicate", detail, candidates=candidates)


def _upserted(request: ApiRequest, index: int, told: ContactIn, by: str, keyed: Keyed | None) -> UpsertedOut:
    try:
        with refusals(wrong=WRONG), transaction.atomic():
            _take_turns(told, by)
            contact = _found(request, told, by, keyed)
            if contact is None:
                require(request, "add", "contact")
            written = _written(request, contact, told)
        if keyed:
            keyed.add(told.wanted[by], written.pk)
    except Problem as problem:
        return UpsertedOut(index=index, did="failed", code=problem.code, detail=str(problem))
    return UpsertedOut(index=index, did="changed" if contact else "added", id=written.pk)


def _found(request: ApiRequest, told: ContactIn, by: str, keyed: Keyed | None) -> Contact | None:
    """Who has it already; several who share an address are told apart by whose it is."""
    if keyed:
        value = values_told("contact", told.custom).get(by)
        has_key = bool(value)
        keyed.look_again(value)
        rows = Contact.objects.genuine().filter(pk__in=keyed.with_value(value)).order_by("pk")
    else:
        texts = (told.emails if by == "email" else told.phones) or []
        has_key = bool(texts)
        values = [_read(PointKind(by), text) for text in texts[:1]]
        rows = Contact.objects.genuine().filter(points__kind=by, points__value__in=values)
        rows = rows.order_by("points__held_at", "created_at")
    if not has_key:
        raise Problem(422, "no_key", f"This item has no {by}, by which people are told apart here.")
    first = rows.first()
    contact = hold_now(first.pk) if first else None
    if contact and not reaches(request.auth, "change", "contact", contact.pk):
        raise Problem(403, "not_allowed", "This person is not within the reach of the token.")
    return contact


def _written(request: ApiRequest, contact: Contact | None, told: ContactIn) -> Contact:
    """Add or change them, with tags, in one transaction; a problem where it cannot be."""
    by = request.auth.created_by
    with refusals(wrong=WRONG), transaction.atomic():
        if contact is None:
            written = add_contact(told.wanted, by=by, at=request.at, source=f"API: {request.auth.name}")
        else:
            written = change_contact(contact, told.wanted, by=by, at=request.at)
        if told.tags is not None:
            set_tags(written, told.tags, by=by, at=request.at)
    return written


def _read(kind: PointKind, text: str) -> str:
    with refusals():
        return read_address(kind, text)


def _whole(contact_id: UUID) -> Contact:
    found: Contact = (
        Contact.objects.select_related("company").prefetch_related("points", "tags", "consents").get(pk=contact_id)
    )
    return found
