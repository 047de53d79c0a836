"""Whom somebody reaches: one contact, or those of a page."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Case, Q, Value, When

from trellis.people.models import Contact
from trellis.people.reach import belongs_to
from trellis.team.permissions import owners_in_reach, reach_of
from trellis.team.roles import Reach


class Near:
    """How near some contacts are to somebody: their own, their team's, or neither.

    Asked once for however many rights, and only where one of them reaches some contacts, not all.
    """

    def __init__(self, who: Any, contact_ids: Iterable[UUID]) -> None:
        self.who = who
        self.contact_ids = frozenset(contact_ids)

    def among(self, verb: str, noun: str) -> set[UUID]:
        """Those of them whom the verb reaches."""
        reach = reach_of(self.who, verb, noun)
        if reach in (Reach.NONE, Reach.ALL):
            return set(self.contact_ids) if reach else set()
        return {contact_id for contact_id, nearest in self._nearest.items() if nearest <= reach}

    def may(self, verb: str, noun: str) -> bool:
        """Whether the verb reaches every one of them."""
        return len(self.among(verb, noun)) == len(self.contact_ids)

    @cached_property
    def _nearest(self) -> dict[UUID, Reach]:
        own, team = (
            belongs_to(owners_in_reach(self.who, reach), contact="pk", among=self.contact_ids)
            for reach in (Reach.OWN, Reach.TEAM)
        )
        nearest = Case(When(own, then=Value(Reach.OWN)), default=Value(Reach.TEAM))
        found = Contact.objects.filter(team, pk__in=self.contact_ids).values_list("pk", nearest)
        return {contact_id: Reach(reach) for contact_id, reach in found}


def reaches(who: Any, verb: str, noun: str, contact_id: UUID) -> bool:
    """Whether a verb reaches what belongs to this contact. A query only where some contacts are reached, not all."""
    return Near(who, [contact_id]).may(verb, noun)


# What a full copy of a person holds, and what it is to give it away.
COPIED = (("export", "contact"), ("see", "conversation"), ("see", "note"), ("see", "signal"), ("see", "journey"))


def may_copy(near: Near) -> bool:
    """Take a full copy of somebody: who may export them and reads all that is in it."""
    return all(near.may(verb, noun) for verb, noun in COPIED)


# Of the story of such contacts, the events that somebody may be told.
Told = Callable[[Near], Q]
_told: list[Told] = []


def register_told(told: Told) -> None:
    """Let a room say which of its events somebody is told. Called from `AppConfig.ready`."""
    _told.append(told)


def told_to(near: Near) -> Q:
    """The condition on the events of these contacts; none at all for whoever may be told everything."""
    wanted = Q()
    for told in _told:
        wanted &= told(near)
    return wanted


def notes_told(near: Near) -> Q:
    return Q() if near.may("see", "note") else ~Q(key="note.written")


def among(contact_ids: Iterable[UUID], who: Any, verb: str, noun: str) -> set[UUID]:
    """Those of these contacts whom it reaches. One query at most, for a whole page."""
    return Near(who, contact_ids).among(verb, noun)
