"""Who has which value of a field that the business added. No index knows: a batch asks once for all of its values."""

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet


class Keyed:
    """The ids of those with one of the values, the oldest first; who comes to have one meanwhile is added."""

    def __init__(self, rows: QuerySet[Any], key: str, values: Iterable[Any]) -> None:
        self.ids: dict[str, list[UUID]] = defaultdict(list)
        wanted = [value for value in values if value]
        if wanted:
            found = rows.filter(**{f"custom__{key}__in": wanted}).order_by("pk")
            # As a whole: SQLite would give the text "77" under a key as the number.
            for pk, custom in found.values_list("pk", "custom"):
                self.add(custom[key], pk)

    def add(self, value: Any, pk: UUID) -> None:
        ids = self.ids[json.dumps(value, sort_keys=True)]
        if pk not in ids:
            ids.append(pk)

    def with_value(self, value: Any) -> list[UUID]:
        return self.ids[json.dumps(value, sort_keys=True)] if value else []
