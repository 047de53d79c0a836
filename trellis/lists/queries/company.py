"""Who belongs to a company, and who may be meant by somebody who is added to it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models.functions import Lower

from trellis.lists.nouns.contacts import CONTACTS
from trellis.lists.queries.table import Edits, Row, cell_of, said
from trellis.people.finding import find_people
from trellis.people.models import Company, Contact

MOST, FEW = 100, 6
COLUMNS = ("job_title", "email", "phone", "next_step", "due_at", "owner")


def people_of(company: Company, user: Any, edits: Edits) -> list[Row]:
    """The first by name and one more than are shown, each with what they are there and what is open with them. Six
    queries.
    """
    fields = CONTACTS.fields(user)
    needs = {str(need): need for name in COLUMNS for need in fields[name].needs}
    people = CONTACTS.rows(user, "see").filter(company=company).order_by(Lower("name"), "pk")
    return [
        Row(
            record=one,
            name=said(fields["name"], one) or "Without a name",
            address=CONTACTS.address(one),
            cells=[cell_of(name, fields[name], one, edits) for name in COLUMNS],
        )
        for one in people.prefetch_related(*needs.values())[: MOST + 1]
    ]


def changeable_people(company: Company, user: Any) -> set[UUID]:
    """Those of them of whom the user may change something."""
    return set(CONTACTS.rows(user, "change").filter(company=company).values_list("pk", flat=True))


def people_meant(text: str, company: Company, user: Any) -> Sequence[Contact]:
    """Whom the words find of those who may be added: the user may change them, and they are not there yet."""
    found = [one.contact for one in find_people(text, who=user, limit=FEW)]
    theirs = CONTACTS.rows(user, "change").filter(pk__in=[one.pk for one in found])
    allowed = set(theirs.exclude(company=company).values_list("pk", flat=True))
    return [one for one in found if one.pk in allowed]
