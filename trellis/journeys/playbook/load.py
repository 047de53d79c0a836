"""Reading a playbook from YAML: strict, and every fault with its line, its column and the fix."""

from functools import lru_cache

from pydantic import ValidationError

from trellis.core.conditions import Path
from trellis.journeys.playbook import tree as trees
from trellis.journeys.playbook.complaints import complaint
from trellis.journeys.playbook.faults import Fault, PlaybookFaulty
from trellis.journeys.playbook.loose_ends import loose_ends
from trellis.journeys.playbook.schema import Playbook

__all__ = ["Fault", "PlaybookFaulty", "load_playbook", "position", "read_yaml"]


# A playbook is frozen, and its text is looked at again and again while somebody edits, plans and publishes it.
@lru_cache(maxsize=64)
def load_playbook(text: str) -> Playbook:
    """Parse YAML 1.2 into a playbook, or raise PlaybookFaulty with all that is wrong."""
    tree = read_yaml(text)
    try:
        playbook = Playbook.model_validate(trees.plain(tree))
    except ValidationError as error:
        said = [complaint(detail) for detail in error.errors(include_url=False)]
        raise PlaybookFaulty(Fault(*position(tree, path), sentence) for path, sentence in said) from None
    if faults := [Fault(*position(tree, path), sentence) for path, sentence in loose_ends(playbook)]:
        raise PlaybookFaulty(faults)
    return playbook


def read_yaml(text: str) -> trees.Group:
    """The text as a tree, or PlaybookFaulty."""
    return trees.read_tree(text)


def position(tree: trees.Group, path: Path) -> tuple[int, int]:
    """Line and column of the deepest part of `path` that the text has."""
    return trees.position(tree, path)
