"""The organizations that people belong to."""

from typing import Any

from django.db.models import QuerySet

from trellis.lists.listing import Listing, Start
from trellis.people.changing import PLAIN_OF_COMPANY
from trellis.people.fields import fields_of_companies
from trellis.people.models import Company
from trellis.web.links import address_of


def rows(user: Any, verb: str) -> QuerySet[Company]:
    return Company.objects.in_reach(user, verb)


COMPANIES = Listing(
    key="companies",
    noun="contact",
    label="Companies",
    one="company",
    icon="building-2",
    rows=rows,
    fields=fields_of_companies,
    start=Start(columns=("name", "people", "website", "place", "created_at"), sort="name"),
    address=lambda company: address_of("lists:company", company.pk),
    empty="Companies stand here with their people: write one down, or import a list that names them.",
    changeable=frozenset(PLAIN_OF_COMPANY),
)
