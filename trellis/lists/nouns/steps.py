"""Everything that will happen or happened, by people and by itself."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from trellis.journeys.fields_of_tasks import fields_of_tasks
from trellis.journeys.models import OUTCOMES, VOID, Journey, Task
from trellis.journeys.queries import is_a_persons
from trellis.lists.listing import Listing, Start
from trellis.lists.nouns.leads import rows as leads
from trellis.team.permissions import sees_all
from trellis.web.links import address_of

GENUINE = ["", *(outcome for outcome in OUTCOMES if outcome != VOID)]


def rows(user: Any, verb: str) -> QuerySet[Task]:
    """Those of the leads that the verb reaches."""
    # Each step's own lead is looked at: joined, a database may first go through all leads.
    own = Journey.objects.filter(pk=OuterRef("journey")).values("outcome")
    found = Task.objects.alias(outcome=Subquery(own)).filter(outcome__in=GENUINE)
    is_everything = sees_all(user) and verb == "see"
    return found if is_everything else found.filter(journey__in=leads(user, verb))


STEPS = Listing(
    key="steps",
    noun="journey",
    label="Steps",
    one="step",
    icon="list-checks",
    rows=rows,
    fields=fields_of_tasks,
    start=Start(
        columns=("title", "kind", "contact", "stage", "assignee", "due_at"),
        sort="due_at",
        condition={"field": "status", "is": "open"},
    ),
    address=lambda task: f"{address_of('desk:contact', task.journey.contact_id)}?journey={task.journey_id}",
    empty="Each lead brings its own next steps. Add a lead, and they stand here.",
    name="title",
    related=("journey__contact",),
    together="journey_id",
    changeable=frozenset({"due_at"}),
    may_change=is_a_persons,
)
