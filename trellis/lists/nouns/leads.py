"""Every journey, whatever became of it; first those that are open."""

from typing import Any

from django.db.models import QuerySet

from trellis.journeys.fields_of_lists import listed_fields
from trellis.journeys.models import Journey
from trellis.lists.listing import Listing, Start
from trellis.people.reach import in_reach_of
from trellis.team.permissions import owners_in_reach, reach_of
from trellis.team.roles import Reach
from trellis.web.links import address_of


def rows(user: Any, verb: str) -> QuerySet[Journey]:
    """Taken away is what is seen of those people who may be; tagged, that of those who may be changed."""
    seen: QuerySet[Journey] = Journey.objects.genuine().visible_to(user)
    if verb == "export":
        return seen.filter(in_reach_of(user, "export", "contact", contact="contact"))
    if verb == "tag":
        return seen.filter(in_reach_of(user, "change", "contact", contact="contact"))
    reach = reach_of(user, verb, "journey")
    return seen if reach == Reach.ALL else seen.filter(owner__in=owners_in_reach(user, reach))


LEADS = Listing(
    key="leads",
    noun="journey",
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
    address=lambda journey: f"{address_of('desk:contact', journey.contact_id)}?journey={journey.pk}",
    empty="Whoever fills in your form or calls starts a lead. You can also add one by hand.",
    name="contact.name",
    changeable=frozenset({"title"}),
    related=("contact",),
)
