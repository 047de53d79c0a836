"""A playbook's messages in words: Liquid, strict, so that nothing unresolved ever leaves."""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from liquid import BoundTemplate, Environment, StrictDefaultUndefined
from liquid.exceptions import LiquidError

from trellis.journeys.engine.state import State, TaskState, World
from trellis.journeys.playbook.schema import Message
from trellis.team.models import Business

STOP_LINE = "Reply STOP to opt out."
_environment = Environment(undefined=StrictDefaultUndefined)


class Unresolved(ValueError):
    """A message names something that this customer does not have."""


@cache
def _template(text: str) -> BoundTemplate:
    return _environment.from_string(text)


def render_message(message: Message, channel: str, names: dict[str, dict[str, str]]) -> tuple[str, str]:
    """Subject and text for one customer. Raises Unresolved, naming what is missing."""
    try:
        subject = _template(message.subject or message.title).render(**names)
        text = _template(message.text).render(**names)
    except LiquidError as error:
        raise Unresolved(f"“{message.title}” needs {str(error).splitlines()[0]}") from None
    return subject, f"{text} {STOP_LINE}" if channel == "sms" else text


def names_for(world: World, state: State, business: Business, at: datetime) -> dict[str, dict[str, str]]:
    """What a message may say. What is not known is left out, so that strict rendering notices."""
    owner = world.person(state.owner)
    step = min(state.person_tasks, key=lambda task: task.due_at, default=None)
    names = {
        "contact": {
            "name": world.customer.name if world.customer.first_name else "",
            "first_name": world.customer.first_name,
        },
        "business": {"name": business.name, "phone": business.phone, "place": business.place},
        "owner": {"name": owner.name, "first_name": owner.first_name} if owner else {},
        "step": {"title": step.title, "due": when(step, world.customer.time_zone, at)} if step else {},
        "answers": dict(state.answers),
    }
    return {group: {name: value for name, value in values.items() if value} for group, values in names.items()}


def when(step: TaskState, zone: str, at: datetime) -> str:
    """The step's time as the customer would say it: "10:36 AM", "Monday 8:15 AM", "June 8"."""
    due, today = step.due_at.astimezone(ZoneInfo(zone)), at.astimezone(ZoneInfo(zone)).date()
    clock = f"{due.hour % 12 or 12}:{due:%M} {'AM' if due.hour < 12 else 'PM'}"
    days = (due.date() - today).days
    if days == 0:
        return clock
    return f"{due:%A} {clock}" if days < 7 else f"{due:%B} {due.day}"
