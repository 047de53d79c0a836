"""Whose a journey is, and who may change it: its owner, and whoever its role reaches beyond."""

from collections.abc import Collection, Container
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from trellis.journeys.models import ON_OFFER, Handover, Journey
from trellis.people.permissions import Near
from trellis.team.permissions import owners_in_reach, reach_of
from trellis.team.roles import Reach


def journeys_of(people: Collection[UUID]) -> QuerySet[Journey]:
    """By which contacts are theirs: the journeys of these people of ours, however they ended."""
    found: QuerySet[Journey] = Journey.objects.filter(owner__in=people)
    return found


def offered_to(people: Collection[UUID]) -> QuerySet[Handover]:
    """Whom one is asked to take over, one may look at first."""
    return Handover.objects.filter(ON_OFFER, taker__in=people)


def events_told(near: Near) -> Q:
    """Of the journeys that they see, and outside of any. What was said and noted is told by other rights."""
    if reach_of(near.who, "see", "journey") == Reach.ALL:
        return Q()
    seen: QuerySet[Journey] = Journey.objects.visible_to(near.who, offered=True).filter(contact__in=near.contact_ids)
    said = Q(key__startswith="message.") | Q(key__startswith="call.") | Q(key="note.written")
    return said | Q(journey_id=None) | Q(journey_id__in=seen.values("pk"))


def may_change(who: Any, journey: Journey) -> bool:
    """Whether a journey that they see is also theirs to change. No query."""
    return journey.owner_id in changed_by(who)


class Everybody:
    """Whoever is asked for is among them."""

    def __contains__(self, owner: object) -> bool:
        return True


def changed_by(who: Any) -> Container[UUID | None]:
    """Whose journeys they may change: for the rows of a page, asked once."""
    reach = reach_of(who, "change", "journey")
    return Everybody() if reach == Reach.ALL else owners_in_reach(who, reach)


def require_change(who: Any, journey: Journey) -> Journey:
    """PermissionDenied where they see it and may not change it; the doors say so with 403."""
    if not may_change(who, journey):
        raise PermissionDenied
    return journey
