"""What must be said before a file is brought in: where its columns go, and how its days and numbers are written."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from trellis.core.dates import orders_of
from trellis.people.custom import custom_fields
from trellis.people.custom_values import Reading
from trellis.team.queries import business
from trellis.transfer.importing.decimals import KINDS, decimals_of
from trellis.transfer.importing.plan import CUSTOM, NEW, Plan
from trellis.transfer.models import Import

type Code = Literal["no_plan", "no_order", "no_decimal"]

NO_ORDER = "Say how its days are written: 03/04 may be in March or in April."
NO_DECIMAL = "Say how its numbers are written: 1.250 may be a little more than one, or a thousand more."


def unsaid(imported: Import, plan: Plan) -> Iterator[tuple[Code, str]]:
    """Each question by its code, in a sentence."""
    for fault in plan.faults():
        yield "no_plan", fault
    if len(orders_in(imported, plan)) > 1 and not plan.date_order:
        yield "no_order", NO_ORDER
    if len(decimals_in(imported, plan)) > 1 and plan.decimal_comma is None:
        yield "no_decimal", NO_DECIMAL


def settled(imported: Import, plan: Plan) -> Plan:
    """With how its days and its numbers are written, where they fit but one way: nobody is asked then."""
    orders, decimals = orders_in(imported, plan), decimals_in(imported, plan)
    if len(orders) == 1 and not plan.date_order:
        plan = replace(plan, date_order=orders.pop())
    if len(decimals) == 1 and plan.decimal_comma is None:
        plan = replace(plan, decimal_comma=decimals.pop())
    return plan


def orders_in(imported: Import, plan: Plan) -> set[str]:
    """The orders in which the days of its columns can be read, as its first rows tell."""
    return orders_of(text for _, text in cells_of(imported, plan, "date"))


def decimals_in(imported: Import, plan: Plan) -> set[bool]:
    """Whether a comma can be decimal in the numbers of its columns, as its first rows tell."""
    return decimals_of(cells_of(imported, plan, *KINDS), Reading(currency=business().currency))


def has_numbers(plan: Plan) -> bool:
    return not set(KINDS).isdisjoint(kinds_of(plan))


def has_days(plan: Plan) -> bool:
    return "date" in kinds_of(plan)


def cells_of(imported: Import, plan: Plan, *kinds: str) -> Iterator[tuple[str, str]]:
    """The first cells of the columns that are of one of these kinds, each with its kind."""
    for place, kind in enumerate(kinds_of(plan)):
        if kind in kinds:
            yield from ((kind, row[place]) for row in imported.sample if place < len(row))


def kinds_of(plan: Plan) -> list[str]:
    """Of each column what its values are, where it is a field of the business or says when somebody was created."""
    known = {f"{CUSTOM}{field.key}": field.kind for field in custom_fields("contact")} | {"created_at": "date"}
    return [
        column.target.removeprefix(NEW).partition(":")[0]
        if column.target.startswith(NEW)
        else known.get(column.target, "")
        for column in plan.columns
    ]
