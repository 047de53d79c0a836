"""Switching the steps of a playbook on and off in its text; every other letter stays as it is. Pure."""

from collections.abc import Iterable

from trellis.core.refusal import Refused
from trellis.journeys.playbook.schema import STEPS, StepKey
from trellis.journeys.playbook.splicing import set_at, spliced
from trellis.journeys.playbook.tree import Group, node_at, read_tree
from trellis.journeys.playbook.writing import in_flow

# The line stands behind the last of these that the text has.
HEAD = ("playbook", "title", "kind", "calendar")


def with_steps_written(text: str, steps: Iterable[StepKey]) -> str:
    """The text with these steps on, in the order of the customer's way; with all of them it says nothing about steps.

    Raises PlaybookFaulty where the text is no YAML, Refused for a step that there is not.
    """
    asked = set(steps)
    if unknown := asked - set(STEPS):
        raise Refused("unknown_step", f"There is no step {', '.join(sorted(unknown))}. Choose of {', '.join(STEPS)}.")
    chosen = [key for key in STEPS if key in asked]
    tree = read_tree(text)
    if chosen == list(STEPS):
        return set_at(text, ("steps",), None) if node_at(tree, ("steps",)) else text
    if node_at(tree, ("steps",)):
        return set_at(text, ("steps",), chosen)
    place = end_of_head(text, tree)
    return spliced(text, [(place, place, f"steps: {in_flow(chosen)}\n")])


def end_of_head(text: str, tree: Group) -> int:
    """Where the line behind the head begins."""
    ends = [node.end.index for word in HEAD if (node := node_at(tree, (word,)))]
    return text.find("\n", max(ends, default=0)) + 1
