"""Edits of what holds in every stage: when and how much we write, what rests, what starts it, what is asked. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from trellis.core.refusal import Refused
from trellis.journeys.playbook.edit import Edited, propose, walk
from trellis.journeys.playbook.splicing import insert_at, remove_at, set_at
from trellis.journeys.playbook.tree import Listing, node_at, plain, read_tree

LONGEST_NAME = 40


def set_everywhere(text: str, /, **fields: Any) -> str:
    """Other values for words of the playbook itself; of a group, such as `parking`, only the words that are given."""
    for word, value in fields.items():
        for inner, part in value.items() if isinstance(value, Mapping) else ():
            text = set_at(text, (word, inner), part)
        if not isinstance(value, Mapping):
            text = set_at(text, (word,), value)
    return text


def add_question(text: str, ask: str, options: Sequence[str] = ()) -> Edited:
    """A question under a key of its own, made of its words."""
    taken = [str(question["key"]) for question in questions_in(text)]
    key = name_of(ask, taken)
    asked = {"key": key, "ask": ask} | ({"options": list(options)} if options else {})
    return Edited(insert_at(text, ("questions",), None, asked), key)


def change_question(text: str, key: str, /, *, ask: str, options: Sequence[str]) -> str:
    """Other words, and other answers; none where any words will do."""
    place = place_of_question(text, key)
    text = set_at(text, ("questions", place, "ask"), ask)
    return set_at(text, ("questions", place, "options"), list(options) or None)


def remove_question(text: str, key: str) -> str:
    """Scenarios that answer it go too. Rules and messages that speak of its answer stay: the loader names them."""
    place = place_of_question(text, key)
    told = [path for path, _ in walk(read_tree(text)) if path[:1] == ("scenarios",) and path[-2:] == ("answers", key)]
    for scenario in sorted({int(path[1]) for path in told}, reverse=True):
        text = remove_at(text, ("scenarios", scenario))
    return remove_at(text, ("questions", place))


def questions_in(text: str) -> list[Any]:
    found = node_at(read_tree(text), ("questions",))
    return list(plain(found)) if isinstance(found, Listing) else []


def place_of_question(text: str, key: str) -> int:
    keys = [question["key"] for question in questions_in(text)]
    if key not in keys:
        raise Refused("unknown_question", f"There is no question “{key}” in this playbook. Look again.")
    return keys.index(key)


def name_of(ask: str, taken: Sequence[str]) -> str:
    """Its first words as a name: “Is water coming in?” is is_water_coming."""
    words = propose(" ".join(ask.split()[:3]), ()).replace("-", "_").lstrip("0123456789_")[: LONGEST_NAME - 4]
    names = (f"{words or 'question'}{f'_{number}' if number > 1 else ''}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)
