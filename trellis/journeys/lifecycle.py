"""What somebody is to us: told by their journeys of sale and care that somebody sees, and never typed."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q

from trellis.core.condition_query import EVERYTHING, Column, any_of
from trellis.core.conditions import Kind, Known
from trellis.journeys.models import Journey, JourneyStatus
from trellis.journeys.playbook.schema import PHASES, WON_PHASES
from trellis.people.fields import Field

LIFECYCLES = {"contact": "Contact", "lead": "Lead", "past_lead": "Past lead", "customer": "Customer"}
TOLD_BY = frozenset(PHASES["sales"] + PHASES["care"])
IS_WON = Q(outcome="won") | Q(delivered_at__isnull=False) | Q(stage__phase__in=sorted(WON_PHASES))


def lifecycle_of(journeys: Sequence[Journey]) -> str:
    """A customer once something was delivered or won, a lead while something is open."""
    told = [journey for journey in journeys if journey.stage.phase in TOLD_BY]
    if any(one.outcome == "won" or one.delivered_at or one.stage.phase in WON_PHASES for one in told):
        return "customer"
    if any(one.status != JourneyStatus.CLOSED for one in told):
        return "lead"
    return "past_lead" if told else "contact"


def lifecycle_field(who: Any) -> Field:
    """The same as a field of contacts, along the journeys of each."""
    seen = Journey.objects.genuine().visible_to(who).filter(stage__phase__in=sorted(TOLD_BY))
    columns = seen.select_related("stage").only("contact", "status", "outcome", "delivered_at", "stage__phase")

    def being(looked_for: Sequence[str] | None) -> Q:
        theirs = seen.filter(contact=OuterRef("pk"))
        won, alive, told = (Q(Exists(one)) for one in (theirs.filter(IS_WON), theirs.exclude(status="closed"), theirs))
        are = {"customer": won, "lead": ~won & alive, "past_lead": ~won & ~alive & told, "contact": ~told}
        return EVERYTHING if looked_for is None else any_of([are[word] for word in looked_for if word in are])

    return Field(
        label="Lifecycle",
        column=Column(Known(Kind.CHOICES, tuple(LIFECYCLES)), being),
        read=lambda contact: (lifecycle_of(contact.travelled),),
        say=lambda contact: LIFECYCLES[lifecycle_of(contact.travelled)],
        needs=(Prefetch("journeys", columns, to_attr="travelled"),),
        offered=lambda: list(LIFECYCLES.items()),
        noun="journey",
    )
