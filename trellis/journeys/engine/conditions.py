"""Conditions of rules, read against a journey's state and the customer as the world knows them. Pure."""

from datetime import datetime

from trellis.core import conditions
from trellis.core.conditions import AnyCase, Condition, Value
from trellis.journeys.engine.state import Customer, State

NOBODY = Customer()


def holds(
    condition: Condition | None, state: State, customer: Customer = NOBODY, *, at: datetime | None = None
) -> bool:
    """Whether the condition is true now, `at` in the zone of the business; none at all is true."""
    return condition is None or conditions.holds(condition, lambda field: read(field, state, customer), at=at)


def read(field: str, state: State, customer: Customer = NOBODY) -> Value:
    """The field's value; what is not known is empty."""
    room, _, name = field.partition(".")
    if room == "answers":
        return state.answers.get(name, "")
    if room == "contact":
        return read_customer(name, customer)
    known: dict[str, Value] = {"stage": state.stage, "status": state.status, "priority": state.priority}
    return known.get(field, "")


def read_customer(name: str, customer: Customer) -> Value:
    match name:
        case "first_name" | "source":
            return str(getattr(customer, name))
        case "channel":
            return customer.last_channel
        case "has_email":
            return "email" in customer.reachable
        case "has_phone":
            return "sms" in customer.reachable
        case "tags":
            return AnyCase(customer.tags)
        case "opted_out":
            return tuple(customer.opted_out)
        case _:
            return ""


def asks_customer(condition: Condition) -> bool:
    """Whether it depends on more than the journey itself."""
    return any((asked.field or "").startswith("contact.") for _, asked in conditions.fields_of(condition))
