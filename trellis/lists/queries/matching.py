"""Which records a list finds, whether an index leads to the few of them, and what it goes through where none does."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from trellis.core.among import Among
from trellis.core.condition_query import to_q
from trellis.core.conditions import Condition
from trellis.lists.asked import Asked
from trellis.people.fields import columns
from trellis.team.permissions import reach_of
from trellis.team.roles import Reach

# So few are gathered by an index first. Any more are soon met on the way along the order of the list.
FEW, TRIES = 5_000, 2


def matching(asked: Asked, user: Any, at: datetime, *, verb: str = "see") -> QuerySet[Any]:
    """Everything that the condition finds, of what the verb of the user reaches. `at` is in the zone of who asks."""
    rows = asked.listing.rows(user, verb)
    return rows.filter(to_q(asked.condition, columns(asked.fields), at)) if asked.condition else rows


def few_of(asked: Asked, rows: QuerySet[Any], at: datetime) -> tuple[QuerySet[Any], bool]:
    """The same rows, and whether an index found that they are few: then nobody else is looked at.

    A query for each of the first conditions that an index knows, until one leads to few.
    """
    parts = [(asked.fields[part.field or ""].few, part.test) for part in parts_of(asked.condition)]
    for few, (test, operand) in [(few, asks) for few, asks in parts if few][:TRIES]:
        ids = few(test, operand, FEW, at)
        if ids is not None:
            return rows.filter(Among(F("pk"), ids)), True
    return rows, False


def way_of(asked: Asked, user: Any) -> QuerySet[Any] | None:
    """Everything that the list goes through to find those who match; None for whoever sees but a part of it."""
    if reach_of(user, "see", asked.listing.noun) != Reach.ALL:
        return None
    everything: QuerySet[Any] = asked.listing.rows(user, "see").model._default_manager.all()
    return everything


def is_looked_for(asked: Asked) -> bool:
    """Whether any of what the list goes through may not match."""
    where = asked.sorted_by.quick_where
    along = asks_for(asked.condition, *where) if where else None
    return asked.condition is not None and asked.condition != along


def parts_of(condition: Condition | None) -> Sequence[Condition]:
    """What must all hold."""
    if condition is None:
        return []
    test, operand = condition.test
    parts = [condition] if condition.field else operand if test == "all" else []
    return [part for part in parts if part.field]


def asks_for(condition: Condition | None, name: str, words: Collection[str]) -> Condition | None:
    """The part by which everything found has one of these words in this field, where there is one."""
    asking = [part for part in parts_of(condition) if part.field == name]
    return next((part for part in asking if part.test[0] == "is" and part.test[1] in words), None)
