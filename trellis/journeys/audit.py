"""The auditor: counts, in every other way it can, what the constraints and guards should have refused."""

from typing import Any

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from trellis.conversations.models import Message
from trellis.journeys.engine.changing import HELD
from trellis.journeys.engine.offers import ACCEPT
from trellis.journeys.guards import missing_guards
from trellis.journeys.models import ON_OFFER, Clock, Handover, Journey, StageVisit, Task


def audit() -> dict[str, Any]:
    """{"open": n, "violations": 0, "by_rule": {…}, "guards": "present" or the names of those missing}."""
    counted = count_together({"open": Journey.objects.filter(status="open"), **violations()})
    by_rule = {rule: count for rule, count in counted.items() if rule != "open"}
    missing = missing_guards()
    return {
        "open": counted["open"],
        "violations": sum(by_rule.values()),
        "by_rule": by_rule,
        "guards": missing or "present",
    }


def count_together(sets: dict[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows each set has, in one statement: all of them as they are at one moment."""
    parts: list[str] = []
    params: list[Any] = []
    for rows in sets.values():
        plain = rows if rows.query.values_select else rows.values("pk")
        sql, given = plain.order_by().query.sql_with_params()
        parts.append(f"(SELECT COUNT(*) FROM ({sql}) AS counted)")
        params += given
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        return dict(zip(sets, cursor.fetchone(), strict=True))


def violations() -> dict[str, QuerySet[Any]]:
    """Each broken rule as a set of rows, empty when all is well."""
    walking = Journey.objects.exclude(status="closed")
    return {
        "no owner": walking.filter(owner=None),
        "owner is not active": walking.exclude(owner__deactivated_at=None),
        "no next step": walking.filter(next_task=None),
        "no deadline": walking.filter(due_at=None),
        "next step is not open": walking.exclude(next_task=None).exclude(next_task__status="open"),
        "next step of another journey": walking.exclude(next_task=None).exclude(next_task__journey=F("id")),
        "deadline differs from the next step's": walking.exclude(next_task=None).exclude(due_at=F("next_task__due_at")),
        "a person's step does not lead": walking.filter(~Q(next_task__assignee=None), status="open").filter(
            Exists(earlier_step())
        )
        | walking.filter(next_task__assignee=None, status="open").filter(Exists(person_steps())),
        "next step given to someone who left": Task.objects.filter(status="open").exclude(
            assignee__deactivated_at=None
        ),
        "parked without a date or a reason": Journey.objects.filter(status="parked").filter(
            Q(parked_until=None) | Q(parked_reason="") | ~Q(next_task__kind="wake")
        ),
        "closed without an outcome": Journey.objects.filter(status="closed").filter(Q(outcome="") | Q(closed_at=None)),
        "open task on a closed journey": Task.objects.filter(status="open", journey__status="closed"),
        "stands still and nobody is asked to decide": Journey.objects.filter(
            status="open", held_at__isnull=False
        ).exclude(Exists(person_steps().filter(rule_id=HELD))),
        "not in exactly one stage": walking.annotate(here=Count("visits", filter=Q(visits__left_at=None))).exclude(
            here=1
        ),
        "visit differs from the stage": StageVisit.objects.filter(left_at=None).exclude(stage=F("journey__stage")),
        "promise timed on a closed journey": Clock.objects.filter(
            met_at=None, dropped_at=None, journey__status="closed"
        ),
        **violations_of_handovers(),
        "sent twice": Message.objects.exclude(rule_id="")
        .values("journey_id", "rule_id", "episode", "recipient")
        .annotate(times=Count("id"))
        .filter(times__gt=1),
    }


def violations_of_handovers() -> dict[str, QuerySet[Any]]:
    """An offer stands beside the owner, never in between."""
    on_offer = Handover.objects.filter(ON_OFFER)
    steps = Task.objects.filter(status="open", rule_id=ACCEPT)
    theirs = steps.filter(journey=OuterRef("journey"), assignee=OuterRef("taker"))
    return {
        "offer of a journey that is not open": on_offer.exclude(journey__status="open"),
        "offered to two": on_offer.values("journey").annotate(times=Count("id")).filter(times__gt=1),
        "offered by somebody who does not have it": on_offer.exclude(journey__owner=F("giver")),
        "offered to somebody who left": on_offer.exclude(taker__deactivated_at=None),
        "offer that nobody is asked to accept": on_offer.exclude(Exists(theirs)),
        "step to accept what is not on offer": steps.exclude(Exists(on_offer.filter(journey=OuterRef("journey")))),
    }


def person_steps() -> QuerySet[Task]:
    return Task.objects.filter(journey=OuterRef("pk"), status="open").exclude(assignee=None)


def earlier_step() -> QuerySet[Task]:
    return person_steps().filter(due_at__lt=OuterRef("due_at"))
