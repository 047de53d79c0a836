"""Whether an id is one of many, which go as one list: a thousand places take longer to read than to answer."""

import json
from typing import Any
from uuid import UUID

from django.db.models import Lookup

# SQLite writes an id as its digits: of thousands that only go back to it, none is read.
Id = UUID | str


class Among(Lookup):
    """`filter(Among(F("pk"), ids))`."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, given = self.process_lhs(compiler, connection)
        ids = [one if isinstance(one, str) else one.hex for one in self.rhs]
        if connection.vendor == "postgresql":
            return f"{column} = ANY(%s::uuid[])", (*given, f"{{{','.join(ids)}}}")
        return f"{column} IN (SELECT value FROM json_each(%s))", (*given, json.dumps(ids))
