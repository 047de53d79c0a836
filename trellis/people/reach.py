"""Whose a contact is: of whoever has a journey with them or wrote them down. Rooms above say who that is."""

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from trellis.team.permissions import owners_in_reach, reach_of
from trellis.team.roles import Reach

# Given some of our people, the ids of the contacts that are theirs: a queryset of one column.
Theirs = Callable[[Collection[UUID]], QuerySet[Any, Any]]
_ways: list[Theirs] = []


def register_way(theirs: Theirs) -> None:
    """Let a room say how a contact comes to be somebody's. Called from `AppConfig.ready`."""
    _ways.append(theirs)


# Given who asks and a contact, the events of that contact's story that they may be told.
Told = Callable[[Any, UUID], Q]
_told: list[Told] = []


def register_told(told: Told) -> None:
    """Let a room say which of its events somebody is told. Called from `AppConfig.ready`."""
    _told.append(told)


def told_to(who: Any, contact_id: UUID) -> Q:
    """The condition on the events of a contact; none at all where `who` may be told everything."""
    wanted = Q()
    for told in _told:
        wanted &= told(who, contact_id)
    return wanted


def in_reach_of(who: Any, verb: str, noun: str, *, contact: str) -> Q:
    """The condition on a row whose contact is at this path; none at all where `who` reaches everybody."""
    reach = reach_of(who, verb, noun)
    return Q() if reach == Reach.ALL else belongs_to(owners_in_reach(who, reach), contact=contact)


def belongs_to(owners: Collection[UUID], *, contact: str) -> Q:
    """That the contact at this path is somebody's of these."""
    first, *others = (way(owners) for way in _ways)
    return Q(**{f"{contact}__in": first.union(*others, all=True) if others else first})
