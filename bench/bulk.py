"""A big business in a few minutes: contacts, journeys, tasks and events by the hundred thousand, the same for a seed.

Rows of a measurement, not of the demo: they are written beside the engine, but every constraint and guard of the
database holds for them and the auditor counts nothing. One fifth of the contacts have an open journey.
"""

import time
from dataclasses import dataclass
from itertools import batched
from random import Random

from django.db import connection, transaction

from bench.business import open_business
from bench.indexes import without_indexes
from bench.town import Town
from trellis.core.sqlite.planner import tell_planner
from trellis.people.finding import INDEXES

SEED = 20260609
# People whose rows are written in one transaction.
AT_ONCE = 4_000


@dataclass(frozen=True)
class Filled:
    """What it took."""

    rows: int
    seconds: float

    @property
    def rows_per_second(self) -> float:
        return self.rows / self.seconds


def fill(contacts: int, *, seed: int = SEED) -> Filled:
    """Fill a migrated, empty database."""
    began = time.perf_counter()
    town = Town(open_business(), contacts, Random(seed))
    tables = town.records.tables
    with without_indexes([table.name for table in tables]):
        for numbers in batched(range(contacts), AT_ONCE):
            for number in numbers:
                town.settle(number)
            with transaction.atomic():
                for table in tables:
                    table.write()
    for index in INDEXES:
        index.install()
    refresh_statistics()
    return Filled(sum(table.written for table in tables), time.perf_counter() - began)


def refresh_statistics() -> None:
    """As the database's own housekeeping would have done long ago; what SQLite is told went with its indexes."""
    tell_planner()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
