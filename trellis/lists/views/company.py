"""A company: what is known of it, who belongs to it, and what is open with them."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from trellis.core.refusal import Refused
from trellis.core.turns import take_turns
from trellis.lists.forms import JoinForm
from trellis.lists.nouns.companies import COMPANIES
from trellis.lists.nouns.contacts import CONTACTS
from trellis.lists.queries.company import MOST, changeable_people, people_meant, people_of
from trellis.lists.queries.table import Edits, cell_of
from trellis.lists.views.sayings import and_undo
from trellis.lists.views.table import changeable, edits_of
from trellis.people.changing import add_contact, change_contact, turns_of
from trellis.people.companies import reaches_all
from trellis.people.models import Company, Contact
from trellis.team.models import User
from trellis.team.permissions import may
from trellis.team.queries import business
from trellis.web.asking import Question, ask
from trellis.web.doors import Request, go_to, posted, signed_in
from trellis.web.pages import render_page
from trellis.web.sayings import say


@signed_in
def company(request: Request, company_id: UUID, *, at: datetime) -> HttpResponse:
    found = get_object_or_404(COMPANIES.rows(request.user, "see"), pk=company_id)
    fields = COMPANIES.fields(request.user)
    can_change = COMPANIES.rows(request.user, "change").filter(pk=company_id).exists()
    edits = edits_of(COMPANIES, changeable(COMPANIES, fields) if can_change else frozenset())
    theirs = changeable_people(found, request.user) if can_change else set()
    people = people_of(found, request.user, edits_of_people(request, theirs))
    context = {
        "current": "lists",
        "listing": COMPANIES,
        "company": found,
        "cells": [cell_of(name, field, found, edits) for name, field in fields.items() if field.annotation is None],
        "people": people[:MOST],
        "all_people": all_people_of(found) if len(people) > MOST else "",
        "theirs": theirs,
        "can_change": can_change,
        "can_settle": can_change and reaches_all(found, request.user),
    }
    return render_page(request, "lists/company.html", context, at=at)


def all_people_of(company: Company) -> str:
    """Where everybody is found who belongs to one of this name."""
    asks = {"view": "", "match": "all", "f": "company", "o": "is", "v": company.name}
    return f"{reverse('lists:table', args=['contacts'])}?{urlencode(asks)}"


def edits_of_people(request: Request, theirs: set[UUID]) -> Edits:
    edits = edits_of(CONTACTS, changeable(CONTACTS, CONTACTS.fields(request.user)))
    return lambda record, name: edits(record, name) if record.pk in theirs else ""


@signed_in
def add_to_company(request: Request, company_id: UUID, *, at: datetime) -> HttpResponse:
    """Whoever may be meant is offered; nobody is written down twice without being asked."""
    found = company_to_change(request, company_id)
    meant = people_meant(request.POST.get("person", ""), found, request.user) if request.method == "POST" else []
    form = JoinForm(posted(request), meant=meant, can_add=may(request.user, "add", "contact"), region=business().region)
    question = Question(
        title=f"Add a person to {found.name}",
        text="Somebody who is here already, or somebody new.",
        button="Add person",
        back=COMPANIES.address(found),
    )

    def act(answer: dict[str, Any]) -> str:
        who = joined(form, found, request.user, at)
        return and_undo(f"{who.name or 'The person'} belongs to {found.name} now.", by=request.user, at=at)

    return ask(request, question, form, act, at=at)


@transaction.atomic
def joined(form: JoinForm, company: Company, user: User, at: datetime) -> Contact:
    wanted = form.wanted | {"company": company}
    if form.chosen:
        return change_contact(form.chosen, wanted, by=user, at=at)
    new = form.somebody_new(business().region)
    take_turns(turns_of(new))
    if not form.meant and people_meant(form.cleaned_data["person"], company, user):
        raise Refused("added_meanwhile", "Somebody added this person a moment ago: send it again to see who is meant.")
    return add_contact(wanted | new, by=user, at=at)


@signed_in
@require_POST
def take_out_of_company(request: Request, company_id: UUID, contact_id: UUID, *, at: datetime) -> HttpResponse:
    """They stay a contact as they are."""
    found = company_to_change(request, company_id)
    contact = get_object_or_404(CONTACTS.rows(request.user, "see"), pk=contact_id, company=found)
    if contact.pk not in changeable_people(found, request.user):
        raise PermissionDenied
    change_contact(contact, {"company": ""}, by=request.user, at=at)
    say(request, and_undo(f"{contact.name or 'The person'} is out of {found.name}.", by=request.user, at=at))
    # Who sees some people sees no company without any of them.
    is_seen = COMPANIES.rows(request.user, "see").filter(pk=company_id).exists()
    return go_to(request, COMPANIES.address(found) if is_seen else reverse("lists:table", args=["companies"]))


def company_to_change(request: Request, company_id: UUID) -> Company:
    """One that they see: otherwise it is not there. One that they may change: otherwise it is not for them."""
    found: Company = get_object_or_404(COMPANIES.rows(request.user, "see"), pk=company_id)
    if not COMPANIES.rows(request.user, "change").filter(pk=company_id).exists():
        raise PermissionDenied
    return found
