"""Whose a contact is: of whoever has a journey with them or wrote them down. Rooms above say who that is."""

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from trellis.team.permissions import owners_in_reach, reach_of
from trellis.team.roles import Reach

# Given some of our people, the rows by which contacts are theirs.
Theirs = Callable[[Collection[UUID]], QuerySet[Any]]
# Each with the path from such a row to its contact.
_ways: list[tuple[Theirs, str]] = []


def register_way(theirs: Theirs, *, contact: str) -> None:
    """Let a room say how a contact comes to be somebody's. Called from `AppConfig.ready`."""
    _ways.append((theirs, contact))


def in_reach_of(who: Any, verb: str, noun: str, *, contact: str, among: Collection[UUID] | None = None) -> Q:
    """The condition on a row whose contact is at this path; none at all where `who` reaches everybody.

    Where only some contacts matter, `among` says which: it is asked of these alone, not of all that are somebody's.
    """
    reach = reach_of(who, verb, noun)
    return Q() if reach == Reach.ALL else belongs_to(owners_in_reach(who, reach), contact=contact, among=among)


def belongs_to(owners: Collection[UUID], *, contact: str, among: Collection[UUID] | None = None) -> Q:
    """That the contact at this path is somebody's of these."""
    first, *others = (contacts_by(theirs(owners), path, among) for theirs, path in _ways)
    return Q(**{f"{contact}__in": first.union(*others, all=True) if others else first})


def contacts_by(rows: QuerySet[Any], path: str, among: Collection[UUID] | None) -> QuerySet[Any, Any]:
    if among is not None:
        rows = rows.filter(**{f"{path}__in": among})
    return rows.values_list(path, flat=True)
