"""Everybody we know."""

from typing import Any

from django.db.models import QuerySet

from trellis.lists.listing import Listing, Start
from trellis.people.changing import PLAIN
from trellis.people.fields import fields_of_contacts
from trellis.people.models import Contact
from trellis.web.links import address_of


def rows(user: Any, verb: str) -> QuerySet[Contact]:
    """To assign what is open with them takes no right to change them themselves: whoever is seen is meant."""
    found: QuerySet[Contact] = Contact.objects.genuine().in_reach(user, "see" if verb == "assign" else verb)
    return found


CONTACTS = Listing(
    key="contacts",
    noun="contact",
    label="Contacts",
    one="contact",
    icon="users",
    rows=rows,
    fields=fields_of_contacts,
    start=Start(
        columns=("name", "company", "email", "phone", "owner", "next_step", "due_at", "tags", "heard_at"),
        sort="-heard_at",
    ),
    address=lambda contact: address_of("desk:contact", contact.pk),
    empty="Add somebody, bring your own list along, or add the first lead.",
    changeable=frozenset([*PLAIN, "company", "email", "phone", "tags"]),
)
