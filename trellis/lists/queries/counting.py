"""How many there are: exactly up to ten thousand, about that many beyond, and never waited for."""

from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Case, Func, Model, QuerySet, When
from django.db.models.lookups import LessThanOrEqual

from trellis.core.questions import SizeOf, ask_together
from trellis.team.queries import business

EXACT = 10_000
# Of so many rows those that match are counted at once; of more it may take a while.
QUICK = 20_000


@dataclass(frozen=True)
class Count:
    """`is_exact` is False where it is an estimate, or at least that many where nothing is known of more.

    `is_open` where nobody has waited for the count yet; `is_so_far` while they are being looked for.
    """

    number: int
    is_exact: bool = True
    is_least: bool = False
    is_open: bool = False
    is_so_far: bool = False


def count(rows: QuerySet[Any], *, is_narrowed: bool) -> Count:
    """One query. Of everything the database knows the size itself; of a part it looks for 10,001 that match."""
    found = SizeOf(rows, most=EXACT + 1)
    if is_narrowed:
        return counted(ask_together(business(), found=found)["found"])
    told = ask_together(business(), found=found, size=TableSize(rows.model))
    return Count(told["found"]) if told["found"] <= EXACT else Count(max(told["size"], EXACT), is_exact=False)


def count_at_once(rows: QuerySet[Any], *, shown: int) -> Count:
    """Those that match, in one query; among very many nobody looks for them now: so many of them are shown."""
    is_quick = LessThanOrEqual(TableSize(rows.model), QUICK)
    asked = Case(When(is_quick, then=SizeOf(rows, most=EXACT + 1)))
    found = ask_together(business(), found=asked)["found"]
    return Count(shown, is_exact=False, is_least=True, is_open=True) if found is None else counted(found)


def counted(found: int) -> Count:
    return Count(found) if found <= EXACT else Count(EXACT, is_exact=False, is_least=True)


def size_of(rows: QuerySet[Any]) -> int:
    """About how many rows the table has, as the planner knows it."""
    size: int = ask_together(business(), size=TableSize(rows.model))["size"]
    return max(size, EXACT)


class TableSize(Func):
    """About how many rows a table has: on PostgreSQL as many as the planner knows of."""

    output_field = BigIntegerField()

    def __init__(self, model: type[Model]) -> None:
        super().__init__()
        self.table = model._meta.db_table

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        # Rows are numbered as they come, and hardly any ever goes: counting a million takes as long as the page itself.
        return f'(SELECT COALESCE(MAX(rowid), 0) FROM "{self.table}")', ()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return f"(SELECT reltuples::bigint FROM pg_class WHERE oid = '{self.table}'::regclass)", ()
