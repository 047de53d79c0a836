"""Whose a journey is, and who may change it: its owner, and whoever its role reaches beyond."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from trellis.journeys.models import ON_OFFER, Handover, Journey
from trellis.team.permissions import owners_in_reach, reach_of
from trellis.team.roles import Reach


def contacts_of(people: Collection[UUID]) -> QuerySet[Journey, UUID]:
    """The contacts with whom these people of ours have a journey, however it ended."""
    return Journey.objects.filter(owner__in=people).values_list("contact", flat=True)


def contacts_offered_to(people: Collection[UUID]) -> QuerySet[Handover, UUID]:
    """Whom one is asked to take over, one may look at first."""
    return Handover.objects.filter(ON_OFFER, taker__in=people).values_list("journey__contact", flat=True)


def may_change(who: Any, journey: Journey) -> bool:
    """Whether a journey that they see is also theirs to change. No query."""
    return owns(who, "change", "journey", journey.owner_id)


def owns(who: Any, verb: str, noun: str, owner: UUID | None) -> bool:
    """Whether a verb reaches what this person of ours has."""
    reach = reach_of(who, verb, noun)
    return reach == Reach.ALL or owner in owners_in_reach(who, reach)


def require_change(who: Any, journey: Journey) -> Journey:
    """PermissionDenied where they see it and may not change it; the doors say so with 403."""
    if not may_change(who, journey):
        raise PermissionDenied
    return journey
