"""A company: what is known of it, who belongs to it, and what is open with them."""

from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from trellis.lists.nouns.companies import COMPANIES
from trellis.lists.queries.company import people_of
from trellis.lists.queries.table import cell_of
from trellis.lists.views.table import changeable, edits_of
from trellis.web.doors import Request, signed_in
from trellis.web.pages import render_page


@signed_in
def company(request: Request, company_id: UUID, *, at: datetime) -> HttpResponse:
    found = get_object_or_404(COMPANIES.rows(request.user, "see"), pk=company_id)
    fields = COMPANIES.fields(request.user)
    can_change = COMPANIES.rows(request.user, "change").filter(pk=company_id).exists()
    edits = edits_of(request, COMPANIES, changeable(COMPANIES, fields) if can_change else frozenset())
    context = {
        "current": "lists",
        "listing": COMPANIES,
        "company": found,
        "cells": [cell_of(name, field, found, edits) for name, field in fields.items() if field.annotation is None],
        "people": people_of(found, request.user),
    }
    return render_page(request, "lists/company.html", context, at=at)
