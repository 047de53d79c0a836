"""Conditions read against a journey's state. Pure."""

from trellis.journeys.engine.state import State
from trellis.journeys.playbook.schema import Condition


def holds(condition: Condition | None, state: State) -> bool:
    """Whether the condition is true now; none at all is true."""
    if condition is None:
        return True
    if condition.all is not None:
        return all(holds(part, state) for part in condition.all)
    if condition.any is not None:
        return any(holds(part, state) for part in condition.any)
    if condition.none is not None:
        return not any(holds(part, state) for part in condition.none)
    value = read(condition.field or "", state)
    if condition.known is not None:
        return bool(value) == condition.known
    return value == condition.is_ if condition.is_ is not None else value != condition.is_not


def read(field: str, state: State) -> str:
    """The field's value as text; what is not known is empty."""
    room, _, name = field.partition(".")
    if room == "answers":
        return state.answers.get(name, "")
    return {"stage": state.stage, "status": state.status, "priority": "yes" if state.priority else "no"}.get(field, "")
