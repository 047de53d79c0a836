"""Erasing a person for good: nothing says who they were, and every figure stays as it was."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import QuerySet

from trellis.core.memory import forget
from trellis.core.refusal import Refused
from trellis.events.actions import Announcement, announce
from trellis.events.catalogue import ContactErased
from trellis.people.holdings import Person, before_erasing, holdings
from trellis.people.models import Contact, Erasure
from trellis.team.models import User


@dataclass(frozen=True, kw_only=True)
class Foresight:
    """What would be removed, what would be blanked and stay as a number, and what stays as it is; each counted."""

    removed: dict[str, int]
    blanked: dict[str, int]
    kept: dict[str, int]


def foresee_erasure(contact: Contact, *, by: User, at: datetime) -> Foresight:
    """Without writing anything."""
    person = Person(contact=contact, by=by, at=at)
    removed, blanked, kept = Counter[str](), Counter[str](), Counter[str]()
    told = [holding for holding in holdings() if holding.called]
    for holding, count in zip(told, count_each([holding.rows(person) for holding in told]), strict=True):
        into = removed if holding.erase is None else blanked if holding.erase else kept
        if count:
            into[holding.called] += count
    return Foresight(removed=dict(removed), blanked=dict(blanked), kept=dict(kept))


def count_each(rows: Sequence[QuerySet[Any]]) -> list[int]:
    """How many there are of each, in one question."""
    parts: list[str] = []
    given: list[Any] = []
    for number, some in enumerate(rows):
        try:
            sql, values = some.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(f"SELECT {number}, COUNT(*) FROM ({sql}) AS part_{number}")
        given += values
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), given)
        found = dict(cursor.fetchall())
    return [found.get(number, 0) for number in range(len(rows))]


def erase_contact(contact: Contact, *, why: str, by: User, at: datetime) -> Erasure:
    """Close what is open, then blank or remove all that says who they were, in one transaction.

    Whoever was merged into them is erased with them. What is remembered is when, by whom, why and how much. Refused
    while something of theirs is on its way.
    """
    if why not in Erasure.WHY:
        raise Refused("no_reason", "Say why: one of the three reasons that are offered.")
    with transaction.atomic():
        held = Contact.objects.select_for_update(no_key=True).get(pk=contact.pk)
        require_erasable(held)
        person = Person(contact=held, by=by, at=at)
        # Read while they are still there.
        _ = person.every_id, person.spellings, person.numbers, person.names
        for before in before_erasing():
            before(person)
        counts = Counter[str]()
        for holding in list(holdings())[::-1]:
            done = holding.forget(person)
            if holding.called:
                counts[holding.called] += done
        erasure = Erasure.objects.create(
            contact=held, why=why, by=by, at=at, counts={name: count for name, count in counts.items() if count}
        )
        announce([Announcement(fact=ContactErased(why=Erasure.WHY[why]), at=at, contact_id=held.pk, by=by.pk)])
    forget()
    return erasure


def require_erasable(contact: Contact) -> None:
    if contact.merged_into_id:
        raise Refused("merged", "They were merged into somebody: erase that person.")
    if Erasure.objects.filter(contact=contact).exists():
        raise Refused("erased_already", "This person is erased already.")
