"""Conditions on any field of a journey, as the list of leads has them: an address takes them to the board."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import Q

from trellis.core.condition_query import to_q
from trellis.core.condition_rows import PLAINLY, Asked, Row, query_of, read_query, read_rows
from trellis.core.day_words import Ways
from trellis.journeys.fields_of_lists import listed_fields
from trellis.people.fields import Field, columns, known_of, meant_in, row_in_words


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """What is asked, of which fields, by whoever writes days in these ways; nothing by default."""

    asked: Asked = field(default_factory=Asked)
    fields: Mapping[str, Field] = field(default_factory=dict)
    ways: Ways = PLAINLY

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """As parameters of an address; none where nothing is asked."""
        return query_of(self.asked) if self.asked.rows else []

    @property
    def parts(self) -> list[tuple[str, "Conditions"]]:
        """Each in words, with the rest."""
        rows = self.asked.rows
        words = [row_in_words(row, self.fields, self.ways) for row in rows]
        return [(said, self.of([one for one in rows if one is not row])) for said, row in zip(words, rows, strict=True)]

    def of(self, rows: Sequence[Row]) -> "Conditions":
        told = [(row.name, row.operator, row.value) for row in rows]
        return replace(self, asked=read_rows(self.asked.joint, told, known_of(self.fields)))

    def q(self, at: datetime) -> Q:
        return to_q(self.asked.condition, columns(self.fields), at)


def read_conditions(given: Callable[[str], Sequence[str]], who: Any, ways: Ways) -> Conditions:
    """Those of an address, where `given` tells all values of a parameter. What cannot be asked is left out."""
    if not given("f"):
        return Conditions()
    fields = listed_fields(who)
    asked = read_query(given, known_of(fields), meant_in(fields), ways)
    found = Conditions(asked=asked, fields=fields, ways=ways)
    return found.of([row for row in found.asked.rows if not row.fault])
