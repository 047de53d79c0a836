"""Reading what really happened from the log, in a few queries for many journeys."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import batched
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from trellis.events import catalogue, outcomes
from trellis.events.catalogue import CATALOGUE
from trellis.events.models import Event
from trellis.journeys.models import Decision, Journey, Task
from trellis.journeys.replay.past import Decided, Happened, Past, SetTask
from trellis.journeys.world import customers, points_of, tags_of

AT_A_TIME = 200
# What a contact says of all their journeys at once.
OF_THE_CONTACT = (catalogue.ConsentGiven.key, catalogue.ConsentWithdrawn.key)
DECIDED_ON = [key for key, kind in CATALOGUE.items() if kind.__module__ != outcomes.__name__]


def past_journeys(key: str, *, since: datetime, at_most: int | None = None) -> Iterator[Past]:
    """The journeys of a playbook that began since then, the newest first, each with all that happened to it."""
    found: QuerySet[Journey] = Journey.objects.filter(
        playbook_key=key, started_at__gte=since, contact__taken_back_at=None
    )
    rows = found.select_related("contact", "playbook").defer("playbook__source", "playbook__document")
    ordered = rows.order_by("-started_at", "-id")[:at_most]
    for some in batched(ordered.iterator(chunk_size=AT_A_TIME), AT_A_TIME):
        yield from read_pasts(some)


def read_pasts(journeys: Collection[Journey] | QuerySet[Journey]) -> Iterator[Past]:
    ids = [journey.pk for journey in journeys]
    contacts = {journey.contact_id: journey.contact for journey in journeys}
    known = customers(contacts.values(), points_of(list(contacts)), {}, tags_of(list(contacts)))
    decisions, tasks, events = decisions_of(ids), tasks_of(ids), events_of(journeys)
    for journey in journeys:
        yield Past(
            id=str(journey.pk),
            title=journey.contact.name or journey.title or "Someone",
            version=journey.playbook.version,
            customer=known[journey.contact_id],
            happened=[happened(event, decisions.get((journey.pk, event.pk), [])) for event in events[journey.pk]],
            tasks=tasks[journey.pk],
        )


def happened(event: Event, decisions: Sequence[Decision]) -> Happened:
    parts: dict[str, Any] = {}
    for decision in decisions:
        parts |= decision.world
    return Happened(
        at=event.at,
        fact=CATALOGUE[event.key].from_payload(event.payload),
        decided=[Decided(one.rule_id, one.did, one.sentence) for one in decisions],
        parts=parts,
        version=decisions[0].playbook_version if decisions else None,
    )


def decisions_of(ids: Sequence[UUID]) -> dict[tuple[UUID, UUID], list[Decision]]:
    found: dict[tuple[UUID, UUID], list[Decision]] = defaultdict(list)
    for decision in Decision.objects.filter(journey__in=ids).order_by("id"):
        found[decision.journey_id, decision.event_id].append(decision)
    return found


def tasks_of(ids: Sequence[UUID]) -> dict[UUID, list[SetTask]]:
    found: dict[UUID, list[SetTask]] = defaultdict(list)
    fields = ("id", "journey_id", "kind", "title", "due_at", "rule_id", "created_at")
    for task in Task.objects.filter(journey__in=ids).order_by("id").only(*fields):
        found[task.journey_id].append(
            SetTask(
                id=str(task.pk),
                kind=task.kind,
                title=task.title,
                due_at=task.due_at,
                rule_id=task.rule_id,
                set_at=task.created_at,
            )
        )
    return found


def events_of(journeys: Collection[Journey] | QuerySet[Journey]) -> dict[UUID, list[Event]]:
    """By journey, in the order in which they were decided on, which is that of their ids.

    What a contact asked of us concerns every journey that walked then; one that had not begun found it known.
    """
    found: dict[UUID, list[Event]] = defaultdict(list)
    of_contact: dict[UUID, list[Journey]] = defaultdict(list)
    for journey in journeys:
        of_contact[journey.contact_id].append(journey)
    mine = Q(journey_id__in=[journey.pk for journey in journeys])
    theirs = Q(journey_id=None, contact_id__in=list(of_contact), key__in=OF_THE_CONTACT)
    for event in Event.objects.filter(mine | theirs, key__in=DECIDED_ON).order_by("id"):
        walking = [] if event.journey_id else of_contact[event.contact_id] if event.contact_id else []
        for journey in walking:
            if found[journey.pk]:
                found[journey.pk].append(event)
        if event.journey_id:
            found[event.journey_id].append(event)
    return found
