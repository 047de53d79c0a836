"""Companies come and go: one is written down, made one with another, or removed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse

from trellis.core.refusal import Refused
from trellis.core.turns import take_turns
from trellis.lists.forms import MergeCompanyForm
from trellis.lists.nouns.companies import COMPANIES
from trellis.lists.queries.companies import companies_meant, how_many, people, sayings_of
from trellis.lists.views.company import company_to_change
from trellis.lists.views.sayings import and_undo
from trellis.people.changing import add_company, turns_of_company
from trellis.people.companies import merge_companies, reaches_all, remove_company
from trellis.people.forms import CompanyForm
from trellis.people.matching_companies import likely_companies
from trellis.people.models import Company
from trellis.team.models import User
from trellis.team.permissions import may
from trellis.web.asking import Question, ask, only_for, show
from trellis.web.doors import Request, go_to, posted, signed_in

ADDED_MEANWHILE = "Somebody added this company a moment ago: send it again to see which is meant."


@only_for(lambda user: may(user, "add", "contact"))
def add(request: Request, *, at: datetime) -> HttpResponse:
    """One that is likely to be here already is named first."""
    form = CompanyForm(posted(request))
    known = known_already(form, request.user) if form.is_bound and "anyway" not in request.POST else []
    question = Question(
        title="New company",
        text="Nobody belongs to it yet: add its people on its page.",
        button="Add anyway" if known else "Add company",
        back=reverse("lists:table", args=["companies"]),
        body="lists/_company_fields.html",
        context={"known": known},
    )
    if known:
        return show(request, question, form, at=at)
    added: list[Company] = []

    @transaction.atomic
    def act(answer: dict[str, Any]) -> str:
        take_turns(turns_of_company(answer))
        if "anyway" not in request.POST and known_already(form, request.user):
            raise Refused("added_meanwhile", ADDED_MEANWHILE)
        added.append(add_company(answer, by=request.user, at=at))
        return and_undo(f"{added[0].name} is added.", by=request.user, at=at)

    answer = ask(request, question, form, act, at=at)
    return go_to(request, COMPANIES.address(added[0])) if added else answer


def known_already(form: CompanyForm, user: User) -> list[tuple[str, str, str]]:
    """The address and the words of each that may be this one, and why it may be."""
    likely = likely_companies(form.cleaned_data, user) if form.is_valid() else []
    sayings = sayings_of([one.company for one in likely], user)
    return [(COMPANIES.address(one.company), sayings[str(one.company.pk)], one.why) for one in likely]


@signed_in
def merge(request: Request, company_id: UUID, *, at: datetime) -> HttpResponse:
    """The other goes; this one stays, with the people of both."""
    found = company_to_change(request, company_id)
    if not reaches_all(found, request.user):
        raise PermissionDenied
    words = request.POST.get("company", found.name)
    meant = {str(one.pk): one for one in companies_meant(words, request.user, but=found)}
    form = MergeCompanyForm(posted(request), words=words, meant=sayings_of(list(meant.values()), request.user))
    question = Question(
        title=f"Merge another company into {found.name}",
        text=f"Its people belong to {found.name} then, and what only the other knew is taken over. The other is gone.",
        button="Merge",
        back=COMPANIES.address(found),
    )

    def act(answer: dict[str, Any]) -> str:
        other = meant[answer["which"]]
        if not reaches_all(other, request.user):
            raise Refused("not_allowed", f"Some people of {other.name} are not yours to change.")
        merge_companies(found, other, by=request.user, at=at)
        return and_undo(f"{other.name} is {found.name} now.", by=request.user, at=at)

    return ask(request, question, form, act, at=at)


@signed_in
def remove(request: Request, company_id: UUID, *, at: datetime) -> HttpResponse:
    found = company_to_change(request, company_id)
    if not reaches_all(found, request.user):
        raise PermissionDenied
    count = how_many(found)
    stay = f"{people(count).capitalize()} stay{'s' if count == 1 else ''}, without a company. " if count else ""
    question = Question(
        title=f"Remove {found.name}",
        text=f"{stay}You can take it back for a few minutes.",
        button="Remove company",
        back=reverse("lists:table", args=["companies"]),
    )

    def act(answer: dict[str, Any]) -> str:
        remove_company(found, by=request.user, at=at)
        return and_undo(f"{found.name} is removed.", by=request.user, at=at)

    answer = ask(request, question, Form(posted(request)), act, at=at)
    is_gone = not Company.objects.filter(pk=company_id).exists()
    return go_to(request, question.back) if is_gone else answer
