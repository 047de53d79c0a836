"""Whom somebody reaches: one contact, or those of a page."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q

from trellis.people.models import Contact
from trellis.people.reach import in_reach_of
from trellis.team.permissions import reach_of
from trellis.team.roles import Reach


def reaches(who: Any, verb: str, noun: str, contact_id: UUID) -> bool:
    """Whether a verb reaches what belongs to this contact. A query only where some contacts are reached, not all."""
    return bool(among([contact_id], who, verb, noun))


# What a full copy of a person holds, and what it is to give it away.
COPIED = (("export", "contact"), ("see", "conversation"), ("see", "note"), ("see", "signal"), ("see", "journey"))


def may_copy(who: Any, contact_id: UUID) -> bool:
    """Take a full copy of somebody: who may export them and reads all that is in it."""
    return all(reaches(who, verb, noun, contact_id) for verb, noun in COPIED)


def notes_told(who: Any, contact_id: UUID) -> Q:
    return Q() if reaches(who, "see", "note", contact_id) else ~Q(key="note.written")


def among(contact_ids: Iterable[UUID], who: Any, verb: str, noun: str) -> set[UUID]:
    """Those of these contacts whom it reaches. One query at most, for a whole page."""
    wanted, reach = set(contact_ids), reach_of(who, verb, noun)
    if reach in (Reach.NONE, Reach.ALL) or not wanted:
        return wanted if reach else set()
    found = Contact.objects.filter(in_reach_of(who, verb, noun, contact="pk", among=wanted), pk__in=wanted)
    return set(found.values_list("pk", flat=True))
