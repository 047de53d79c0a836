"""Who has which value of a field that the business added.

Where records are matched by a field, as by the id of another system, an index leads to its values from then on. It is
made for that field alone: no row is slower for those that nobody looks anybody up by.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection
from django.db.models import F, Index, Model, Q, QuerySet
from django.db.models.lookups import In, IsNull

from trellis.core.condition_query import TextIn
from trellis.core.ids import id_before, new_id
from trellis.core.memory import forget, keep
from trellis.people.models import Company, Contact, CustomField

MODELS: dict[str, type[Model]] = {"contact": Contact, "company": Company}


class Keyed:
    """The ids of those with one of the values, the oldest first; who comes to have one meanwhile is added.

    Read at once for all values. Whom others added since is found by `look_again`: it looks only at those who are newer
    than a minute before, so that it is quick also while the field has no index yet.
    """

    def __init__(self, rows: QuerySet[Any], key: str, values: Iterable[Any]) -> None:
        self.rows, self.key, self.since = rows, key, id_before(new_id(), 60_000)
        self.ids: dict[str, list[UUID]] = defaultdict(list)
        wanted = [value for value in values if value]
        if wanted:
            # As a whole: SQLite would give the text "77" under a key as the number.
            for pk, custom in with_values(rows, key, wanted).order_by("pk").values_list("pk", "custom"):
                self.add(custom[key], pk)

    def add(self, value: Any, pk: UUID) -> None:
        ids = self.ids[json.dumps(value, sort_keys=True)]
        if pk not in ids:
            ids.append(pk)

    def look_again(self, value: Any) -> None:
        """To be asked once nobody else can add one with this value: see `core.turns`."""
        if value and not self.with_value(value):
            for pk in with_values(self.rows.filter(pk__gt=self.since), self.key, [value]).values_list("pk", flat=True):
                self.add(value, pk)

    def with_value(self, value: Any) -> list[UUID]:
        return self.ids[json.dumps(value, sort_keys=True)] if value else []


def with_values(rows: QuerySet[Any], key: str, values: Iterable[Any]) -> QuerySet[Any]:
    """The records that have one of the values under the key."""
    values = list(values)
    if not all(isinstance(value, str) for value in values):
        return rows.filter(**{f"custom__{key}__in": values})
    text = TextIn(F("custom"), key)
    return rows.filter(IsNull(text, False), In(text, values))


def match_by(field: CustomField, *, at: datetime) -> None:
    """Remember that records are told apart by this field: `keep_key_indexes` makes its index."""
    if field.keyed_at is None:
        CustomField.objects.filter(pk=field.pk).update(keyed_at=at)
        forget()


def keep_key_indexes() -> int:
    """Make the indexes that are missing, and say how many those were. Asked again at once it does not look again."""
    return keep("people.key_indexes", _make_key_indexes)


def _make_key_indexes() -> int:
    if connection.in_atomic_block:
        # Somebody else's transaction would last as long; whoever comes next makes it.
        return 0
    fields = CustomField.objects.filter(noun__in=MODELS, retired_at=None).exclude(keyed_at=None)
    missing = [field for field in fields if name_of(field) not in indexes_of(MODELS[field.noun])]
    for field in missing:
        make_index(field)
    return len(missing)


def indexes_of(model: type[Model]) -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.get_constraints(cursor, model._meta.db_table))


def name_of(field: CustomField) -> str:
    return f"{field.noun}_key_{field.key}"


def make_index(field: CustomField) -> None:
    """On PostgreSQL nobody waits for it; SQLite lets nobody write for a second or two where there are a million."""
    text = TextIn(F("custom"), field.key)
    index = Index(text, F("id"), name="of_a_key", condition=Q(IsNull(text, False)))
    index.name = name_of(field)
    alongside: dict[str, Any] = {"concurrently": True} if connection.vendor == "postgresql" else {}
    sql = index.create_sql(MODELS[field.noun], connection.schema_editor(), **alongside)
    try:
        with connection.cursor() as cursor:
            cursor.execute(str(sql))
    except DatabaseError:
        # Another worker made it at the same moment.
        if index.name not in indexes_of(MODELS[field.noun]):
            raise
