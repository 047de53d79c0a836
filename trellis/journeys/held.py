"""What this room holds about a person: the paths that they walked, and what was decided on them."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from trellis.events.models import Event
from trellis.journeys.actions import close_journey
from trellis.journeys.models import Act, Clock, Decision, Handover, Journey, JourneyStatus, StageVisit, Task
from trellis.people.held import where_from, without_person
from trellis.people.holdings import (
    ERASED,
    Holding,
    Person,
    if_any,
    register_before_erasing,
    register_holding,
    register_ids,
)
from trellis.team.models import Notice


def register_all() -> None:
    register_ids(lambda person: journeys_of(person).values_list("pk", flat=True))
    register_before_erasing(close_all)
    register_holding(
        Holding(
            model=Journey,
            called="journeys",
            rows=journeys_of,
            erase={
                **dict.fromkeys(("title", "words", "parked_reason"), ""),
                **dict.fromkeys(("answers", "custom"), lambda journey, person: {}),
                "held": None,
                "context": lambda journey, person: where_from(journey.context),
                "closed_reason": lambda journey, person: ERASED if journey.closed_reason == ERASED else "",
            },
            keeps=("playbook_key", "status", "currency", "fired", "outcome"),
        ),
        Holding(
            model=Task,
            called="steps",
            rows=of(Task),
            erase={"title": ERASED, **dict.fromkeys(("why", "closed_reason", "error"), "")},
            keeps=("kind", "rule_id", "status"),
        ),
        Holding(model=StageVisit, called="visits of stages", rows=of(StageVisit), erase={}, keeps=("rule_id",)),
        Holding(model=Clock, called="promises that were timed", rows=of(Clock), erase={}, keeps=("kind", "rule_id")),
        Holding(
            model=Decision,
            called="decisions",
            rows=of(Decision),
            erase={"sentence": ERASED, "world": lambda decision, person: {}},
            keeps=("rule_id",),
        ),
        Holding(model=Handover, called="handovers", rows=of(Handover), erase={"reason": if_any("reason")}),
        Holding(model=Act, rows=lambda person: Act.objects.filter(contact__in=person.ids)),
        Holding(model=Act, rows=of(Act)),
        Holding(
            model=Event,
            called="entries of the timeline",
            rows=lambda person: of(Event, "journey_id")(person).exclude(contact_id__in=person.ids),
            erase={"payload": without_person},
            keeps=("key", "rule_id"),
        ),
        Holding(
            model=Notice,
            called="notices",
            rows=lambda person: of(Notice, "journey_id")(person).exclude(contact_id__in=person.ids),
        ),
    )


def journeys_of(person: Person) -> QuerySet[Any]:
    return Journey.objects.filter(contact__in=person.ids)


def of(model: Any, column: str = "journey") -> Callable[[Person], QuerySet[Any]]:
    """Rows that hang on a journey of theirs."""
    return lambda person: model.objects.filter(**{f"{column}__in": journeys_of(person).values("pk")})


def close_all(person: Person) -> None:
    """Nobody is owed anything any more, and no step is left open: as the engine closes."""
    assert person.by is not None
    walking = journeys_of(person).exclude(status=JourneyStatus.CLOSED)
    for journey in walking.select_related("contact", "playbook", "stage"):
        close_journey(journey, outcome="lost", reason=ERASED, by=person.by, at=person.at)
