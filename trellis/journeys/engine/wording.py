"""Sentences that a person understands. Pure."""

from functools import cache, lru_cache

from liquid import BoundTemplate, Environment

from trellis.journeys.engine.state import Customer
from trellis.journeys.playbook.schema import Next, Playbook, Rule
from trellis.journeys.playbook.sentences import in_words

_environment = Environment()

CLOCKS = {"first_response": "first reply", "reply": "reply", "stage": "stage limit"}
ACTS = {"call": "call", "reply": "reply", "meet": "meeting", "do": "step"}


def title_of(playbook: Playbook, rule: Rule | Next) -> str:
    """What a rule will do, as the title of its task: "Send “Still need help?”"."""
    if isinstance(rule, Next):
        return f"Move to {playbook.stages[rule.to].title}"
    if rule.send:
        return f"Send “{playbook.messages[rule.send].title}”"
    if rule.task:
        return rule.task.title
    match rule.action:
        case "park":
            return f"Park for {rule.park}: {rule.reason}"
        case "close":
            return f"Close as {rule.close}: {rule.reason}"
        case "reassign":
            return "Move to the next free person and tell both"
        case "escalate":
            return "Tell the manager"
        case "start":
            return f"Start {in_words(rule.start or '')}"
        case "tag":
            return f"Tag {rule.tag}"
        case _:
            return f"Mark as priority: {rule.priority}"


def kind_of(rule: Rule | Next) -> str:
    """The kind of machine task that waits for this rule."""
    return "send" if isinstance(rule, Rule) and rule.send else "check"


@cache
def _template(text: str) -> BoundTemplate:
    return _environment.from_string(text)


def render_title(text: str, customer: Customer) -> str:
    """A task's title with the customer's name in it; whoever has no name is called by their address."""
    name = customer.first_name or customer.name or "them"
    return _rendered(text, name, customer.name or name) if "{" in text else text


# One decision words the same step several times, and a story many times.
@lru_cache(maxsize=4096)
def _rendered(text: str, first_name: str, name: str) -> str:
    return _template(text).render(contact={"first_name": first_name, "name": name}).strip()


def clock_name(kind: str) -> str:
    return CLOCKS[kind]
