"""The organizations that people belong to."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from trellis.lists.listing import Listing, Start
from trellis.people.changing import PLAIN_OF_COMPANY
from trellis.people.fields import fields_of_companies
from trellis.people.models import Company


def rows(user: Any, verb: str) -> QuerySet[Company]:
    found: QuerySet[Company] = Company.objects.in_reach(user, verb)
    return found


COMPANIES = Listing(
    key="companies",
    noun="contact",
    label="Companies",
    one="company",
    icon="building-2",
    rows=rows,
    fields=fields_of_companies,
    start=Start(columns=("name", "people", "website", "place", "created_at"), sort="name"),
    address=lambda company: reverse("lists:company", args=[company.pk]),
    changeable=frozenset(PLAIN_OF_COMPANY),
)
