"""Every journey, whatever became of it; first those that are open."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from trellis.journeys.fields_of_lists import listed_fields
from trellis.journeys.models import Journey
from trellis.lists.listing import Listing, Start


def rows(user: Any) -> QuerySet[Journey]:
    return Journey.objects.genuine()


LEADS = Listing(
    key="leads",
    label="Leads",
    one="lead",
    icon="sprout",
    rows=rows,
    fields=listed_fields,
    start=Start(
        columns=("contact.name", "title", "stage", "next_step", "owner", "value", "due_at"),
        sort="due_at",
        condition={"field": "status", "is": "open"},
    ),
    address=lambda journey: f"{reverse('desk:contact', args=[journey.contact_id])}?journey={journey.pk}",
    name="contact.name",
    related=("contact",),
)
