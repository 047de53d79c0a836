"""Proof of the indexes: what the database plans for each statement of the hot pages and of the workers.

A plan that reads a big table from end to end is named, with its statement.
"""

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client

from bench.figures import Figure
from bench.moment import NOW
from bench.pages import pages, reader
from trellis.conversations.models import Message
from trellis.core.memory import forget
from trellis.journeys.wake import claim_due

BIG = {
    "people_contact", "people_contactpoint", "journeys_journey", "journeys_task", "journeys_stagevisit",
    "journeys_clock", "journeys_decision", "conversations_conversation", "conversations_message",
    "conversations_call", "intake_signal", "events_event",
}  # fmt: skip
# SQLite says SCAN for a walk along an index too; that one is named with its index.
SCAN_IN_SQLITE = re.compile(r"^SCAN (\w+)(?! USING)")


def measure() -> Iterator[Figure]:
    scans = {f"{asked[0][:100]}: {table}": None for asked in hot_statements() for table in scanned(asked)}
    yield Figure("scans", len(scans), "; ".join(scans))


# A statement as it was run, and its parameters: with the values written into it, SQLite may plan it otherwise.
Statement = tuple[str, tuple[Any, ...]]


def hot_statements() -> list[Statement]:
    """All that the pages ask, and the claims of the two workers."""
    client = reader()
    # The proof counts every row there is, whatever it takes, and does so beside the page.
    addresses = [some[0] for key, some in pages().items() if key != "coverage"]
    asked = [one for address in addresses for one in statements(partial(visit, client, address))]
    return list(dict.fromkeys([*asked, *statements(claim)]))


def visit(client: Client, address: str) -> None:
    """As somebody does for whom nothing is kept yet."""
    forget()
    cache.clear()
    client.get(address)


def claim() -> None:
    """What a worker asks when it looks for due tasks and for messages to send."""
    with transaction.atomic():
        claim_due(NOW, 100)
        list(Message.objects.due(NOW).order_by("send_at").select_for_update(skip_locked=True)[:50])
        Message.objects.held().exists()
        transaction.set_rollback(True)


def statements(act: Callable[[], object]) -> list[Statement]:
    asked: list[Statement] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip("( ").startswith(("SELECT", "UPDATE")) and not many:
            asked.append((sql, tuple(params or ())))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        act()
    return asked


def scanned(asked: Statement) -> set[str]:
    """The big tables that the plan reads from end to end."""
    sql, params = asked
    with connection.cursor() as cursor:
        how = "(FORMAT JSON)" if connection.vendor == "postgresql" else "QUERY PLAN"
        cursor.execute(f"EXPLAIN {how} {sql}", params or None)
        rows = cursor.fetchall()
    found = scans_in_postgresql(rows[0][0]) if connection.vendor == "postgresql" else scans_in_sqlite(sql, rows)
    return found & BIG


def scans_in_postgresql(plan: object) -> set[str]:
    told = json.dumps(plan) if not isinstance(plan, str) else plan
    return set(re.findall(r'"Node Type": "Seq Scan",[^{}]*?"Relation Name": "(\w+)"', told))


def scans_in_sqlite(sql: str, rows: list[tuple[int, int, int, str]]) -> set[str]:
    """Tables may go by another name in a plan: U0 for the one of a subquery."""
    names = dict(re.findall(r'"(\w+)" (U\d|T\d)\b', sql))
    aliases = {alias: table for table, alias in names.items()}
    scans = (SCAN_IN_SQLITE.match(detail) for *_, detail in rows)
    return {aliases.get(str(scan[1]), str(scan[1])) for scan in scans if scan}
