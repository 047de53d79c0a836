"""Who belongs to a company."""

from typing import Any

from django.db.models.functions import Lower

from trellis.lists.nouns.contacts import CONTACTS
from trellis.people.models import Company, Contact

MOST = 100


def people_of(company: Company, user: Any) -> list[Contact]:
    """The first hundred by name, each with addresses and with what is open. Three queries."""
    needs = [need for name in ("email", "owner") for need in CONTACTS.fields(user)[name].needs]
    rows = CONTACTS.rows(user, "see").filter(company=company).order_by(Lower("name"), "pk")
    return list(rows.prefetch_related(*needs)[:MOST])
