"""Companies at the machine door. They go with their people: who reaches one of these reaches it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Lower
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status

from trellis.api.needs import needs, require
from trellis.api.paging import PageOf, Paging, read_page
from trellis.api.problems import Problem, no, refusals
from trellis.api.requests import ANYWAY, ApiRequest, adds_anyway, require_unchanged
from trellis.core.text import TooLong
from trellis.core.turns import take_turns
from trellis.people.changing import add_company, change_company, turns_of_company
from trellis.people.companies import merge_companies, reaches_all, remove_company
from trellis.people.custom_values import WrongValue
from trellis.people.few import MOST_COMPANIES as FEW
from trellis.people.few import holding
from trellis.people.finding import COMPANIES_SOUGHT
from trellis.people.identity import turn_of_company
from trellis.people.keyed import Keyed, match_by
from trellis.people.matching_companies import likely_companies
from trellis.people.models import Company, Contact
from trellis.people.schemas import ContactOut, etag_of
from trellis.people.schemas_changes import UpsertedOut, UpsertOut, custom_key, keys_told
from trellis.people.schemas_companies import CompaniesIn, CompanyIn, CompanyMergeIn, CompanyOut, CompanyQuery

router = Router(tags=["Companies"])
WRONG = (WrongValue, TooLong)


@router.get("/companies", response=PageOf[CompanyOut], summary="Find companies")
@needs("see", "contact")
def list_companies(request: ApiRequest, wanted: Query[CompanyQuery]) -> PageOf[CompanyOut]:
    """The newest first. For other conditions ask the list `companies`."""
    companies: QuerySet[Company] = Company.objects.in_reach(request.auth, "see")
    if wanted.name is not None:
        companies = _named(companies, wanted.name)
    return read_page(companies, lambda rows: [CompanyOut.of(row) for row in rows], wanted, by="created_at")


@router.get("/companies/{uuid:company_id}", response=CompanyOut, summary="Read a company")
@needs("see", "contact")
def read_company(request: ApiRequest, response: HttpResponse, company_id: UUID) -> CompanyOut:
    """Its `ETag` is for `If-Match`."""
    told = CompanyOut.of(get_object_or_404(Company.objects.in_reach(request.auth, "see"), pk=company_id))
    response["ETag"] = etag_of(told)
    return told


@router.get("/companies/{uuid:company_id}/contacts", response=PageOf[ContactOut], summary="Who belongs to a company")
@needs("see", "contact")
def list_people_of_company(request: ApiRequest, company_id: UUID, paging: Query[Paging]) -> PageOf[ContactOut]:
    """Those whom the token sees, the newest first."""
    company = get_object_or_404(Company.objects.in_reach(request.auth, "see"), pk=company_id)
    people = Contact.objects.genuine().visible_to(request.auth).filter(company=company)
    whole = people.select_related("company").prefetch_related("points", "tags")
    return read_page(whole, lambda rows: [ContactOut.of(row) for row in rows], paging, by="created_at")


@router.post("/companies", response={201: CompanyOut}, summary="Add a company")
@needs("add", "contact")
def write_company(request: ApiRequest, told: CompanyIn) -> Status[CompanyOut]:
    """409 with candidates where one that is likely the same is known, unless `X-Skip-Duplicate-Check: true`."""
    with transaction.atomic():
        _take_turns(told)
        if not adds_anyway(request):
            _require_unknown(request, told)
        return Status(201, CompanyOut.of(_written(request, None, told)))


@router.patch(
    "/companies/{uuid:company_id}", response=CompanyOut, summary="Change a company", openapi_extra=no(412, 422)
)
@needs("change", "contact")
def edit_company(request: ApiRequest, response: HttpResponse, company_id: UUID, told: CompanyIn) -> CompanyOut:
    """With `If-Match` only as long as the `ETag` is still that: 412 where somebody changed it meanwhile."""
    with transaction.atomic():
        _take_turns(told)
        company = _held_to_change(request, company_id)
        require_unchanged(request, etag_of(CompanyOut.of(company)))
        changed = CompanyOut.of(_written(request, company, told))
    response["ETag"] = etag_of(changed)
    return changed


@router.post("/companies/{uuid:company_id}/merge", response=CompanyOut, summary="Merge two companies")
@needs("change", "contact")
def merge_company(request: ApiRequest, company_id: UUID, merge: CompanyMergeIn) -> CompanyOut:
    """The people of `other` belong to this one then, which takes over what only the other knew; the other is gone."""
    with refusals(), transaction.atomic():
        held = {pk: _held_with_all(request, pk) for pk in sorted({company_id, merge.other})}
        return CompanyOut.of(
            merge_companies(held[company_id], held[merge.other], by=request.auth.created_by, at=request.at)
        )


@router.delete("/companies/{uuid:company_id}", response={204: None}, summary="Remove a company")
@needs("change", "contact")
def delete_company(request: ApiRequest, company_id: UUID) -> Status[None]:
    """Its people stay, and belong to no company."""
    with refusals(), transaction.atomic():
        remove_company(_held_with_all(request, company_id), by=request.auth.created_by, at=request.at)
    return Status(204, None)


@router.post("/companies/upsert", response=UpsertOut, summary="Add or change many companies")
@needs("change", "contact")
def upsert_companies(request: ApiRequest, batch: CompaniesIn) -> UpsertOut:
    """Each item in a transaction of its own: those that fail say why, the others are done."""
    finder = _finder(batch, request.at)
    return UpsertOut.of([_upserted(request, index, one, finder, batch.by) for index, one in enumerate(batch.items)])


@dataclass(frozen=True)
class Finder:
    """Finds who has the key of an item already, None where the item has none; and is told who has one now."""

    find: Callable[[CompanyIn], list[Company] | None]
    note: Callable[[CompanyIn, Company], None] = lambda told, company: None


def _finder(batch: CompaniesIn, at: datetime) -> Finder:
    by = batch.by
    if by.startswith("custom."):
        match_by(custom_key("company", by), at=at)
        rows = Company.objects.order_by("pk")
        keyed = Keyed(rows, by.removeprefix("custom."), keys_told("company", by, batch.items))
        return Finder(
            lambda told: _with_value(keyed, told.wanted.get(by)),
            lambda told, company: keyed.add(told.wanted[by], company.pk),
        )
    if by == "website":
        return Finder(lambda told: list(_at_website(told.website)[:2]) if told.website else None)
    return Finder(lambda told: list(_named(Company.objects.all(), told.name)[:2]) if told.name else None)


def _with_value(keyed: Keyed, value: Any) -> list[Company] | None:
    keyed.look_again(value)
    return list(keyed.rows.filter(pk__in=keyed.with_value(value))[:2]) if value else None


def _take_turns(told: CompanyIn, by: str = "") -> None:
    """Whoever writes down the same name, website or key waits until we are done, and then finds what we wrote."""
    with refusals(wrong=WRONG):
        wanted = told.wanted
    key = [turn_of_company(by, wanted[by])] if wanted.get(by) else []
    take_turns([*turns_of_company(wanted), *key])


def _require_unknown(request: ApiRequest, told: CompanyIn) -> None:
    if known := likely_companies(told.wanted, request.auth):
        candidates = [{"id": str(one.company.pk), "name": one.company.name, "why": one.why} for one in known]
        detail = f"This looks like {known[0].company.name}. Change it, or send {ANYWAY}: true."
        raise Problem(409, "likely_duplicate", detail, candidates=candidates)


def _upserted(request: ApiRequest, index: int, told: CompanyIn, finder: Finder, by: str) -> UpsertedOut:
    try:
        with refusals(wrong=WRONG), transaction.atomic():
            _take_turns(told, by)
            company = _the_one(request, finder.find(told), by)
            written = _written(request, company, told)
        finder.note(told, written)
    except Problem as problem:
        return UpsertedOut(index=index, did="failed", code=problem.code, detail=str(problem))
    return UpsertedOut(index=index, did="changed" if company else "added", id=written.pk)


def _the_one(request: ApiRequest, found: list[Company] | None, by: str) -> Company | None:
    if found is None:
        raise Problem(422, "no_key", f"This item has no {by}, by which companies are told apart here.")
    if len(found) > 1:
        raise Problem(409, "several", f"Several companies have this {by}: change the one that is meant by its id.")
    if not found:
        require(request, "add", "contact")
        return None
    if not _changeable(request, found[0]):
        raise Problem(403, "not_allowed", "This company is not within the reach of the token.")
    return found[0]


def _named(companies: QuerySet[Company], name: str) -> QuerySet[Company]:
    """By the index of names, which are compared in small letters."""
    return companies.alias(small=Lower("name")).filter(small=Lower(Value(" ".join(name.split()))))


def _at_website(website: str) -> QuerySet[Company]:
    """By the index of what is searched: it names all who may have it, where they are few."""
    rows, ids = Company.objects.filter(website=website), holding(COMPANIES_SOUGHT, "is", website, FEW, Company)
    return rows if ids is None else rows.filter(pk__in=ids)


def _held_to_change(request: ApiRequest, company_id: UUID) -> Company:
    """As it is now, and stays until the transaction ends: its `ETag` is then compared with nothing older."""
    held = Company.objects.select_for_update().filter(pk=company_id).first()
    if held is None or not Company.objects.in_reach(request.auth, "see").filter(pk=company_id).exists():
        raise Http404
    if not _changeable(request, held):
        raise PermissionDenied
    return held


def _held_with_all(request: ApiRequest, company_id: UUID) -> Company:
    """One whose people the token may change, all of them."""
    held = _held_to_change(request, company_id)
    if not reaches_all(held, request.auth):
        raise PermissionDenied
    return held


def _changeable(request: ApiRequest, company: Company) -> bool:
    return Company.objects.in_reach(request.auth, "change").filter(pk=company.pk).exists()


def _written(request: ApiRequest, company: Company | None, told: CompanyIn) -> Company:
    by = request.auth.created_by
    with refusals(wrong=WRONG):
        if company is None:
            return add_company(told.wanted, by=by, at=request.at, source=f"API: {request.auth.name}")
        return change_company(company, told.wanted, by=by, at=request.at)
