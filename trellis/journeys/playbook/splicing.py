"""Changing one place of a playbook's text and leaving every other letter as it is. Pure.

A path leads to the place as in `("stages", "new", "quiet", 0, "after")`. The text must be YAML; whether it is a
playbook afterwards is for the loader to say.
"""

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from trellis.core.conditions import Path
from trellis.core.refusal import Refused
from trellis.journeys.playbook.layout import Layout, layout_of
from trellis.journeys.playbook.parts import part_at, words_of
from trellis.journeys.playbook.tree import Group, Listing, Node, Scalar, node_at, plain, read_tree
from trellis.journeys.playbook.writing import entry, in_flow, is_list_of_groups, is_nest, item, scalar
from trellis.journeys.playbook.writing import word as key_of

type Splice = tuple[int, int, str]


def spliced(text: str, splices: Sequence[Splice]) -> str:
    """The text with each stretch replaced; they do not overlap."""
    for start, end, new in sorted(splices, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def set_at(text: str, path: Path, value: Any) -> str:
    """The text with the value at that place. What is equal stays as it is written; None takes the word out."""
    tree = read_tree(text)
    node = node_at(tree, path)
    if node is None:
        return text if value is None else add_word(text, tree, path, value)
    if value is None:
        return remove_at(text, path)
    if plain(node) == value:
        return text
    if isinstance(node, Group) and isinstance(value, Mapping):
        return set_words(text, path, node, value)
    if isinstance(node, Scalar) and not is_nest(value):
        return spliced(text, [scalar_splice(text, tree, path, node, value)])
    if isinstance(node, Listing) and isinstance(value, list) and value and is_list_of_groups(plain(node)):
        return set_items(text, path, plain(node), value)
    if isinstance(node, Listing) and node.flow and not isinstance(value, Mapping | str) and value:
        return spliced(text, [(node.start.index, node.end.index, in_flow(value))])
    return replaced(text, tree, path, value)


def set_words(text: str, path: Path, node: Group, value: Mapping[str, Any]) -> str:
    """Each word by itself: first those that come, so that a group is never empty on the way."""
    if renamed := with_other_word(text, path, node, value):
        return renamed
    for word, part in value.items():
        text = set_at(text, (*path, word), part)
    for key in node.keys:
        if key.text not in value:
            text = remove_at(text, (*path, key.text))
    return text


def with_other_word(text: str, path: Path, node: Group, value: Mapping[str, Any]) -> str:
    """A list that stands alone under another word from now on, such as `any` for `all`; empty where it is not that."""
    (key, *more), (word, *others), was = node.keys, value, node.values[0]
    is_one_list = isinstance(was, Listing) and isinstance(value[word], list) and not (more or others)
    if not is_one_list or key.text == word:
        return ""
    return set_at(spliced(text, [(key.start.index, key.end.index, key_of(word))]), (*path, word), value[word])


def set_items(text: str, path: Path, before: list[Any], after: list[Any]) -> str:
    """Each item by itself, the last first: what is equal keeps its place, its layout and its comments."""
    steps = SequenceMatcher(None, list(map(named, before)), list(map(named, after)), autojunk=False)
    for _, start, end, first, last in reversed(steps.get_opcodes()):
        common = min(end - start, last - first)
        for new in reversed(after[first + common : last]):
            text = insert_at(text, path, start + common, new)
        for place in reversed(range(start, start + common)):
            text = set_at(text, (*path, place), after[first + place - start])
        for place in reversed(range(start + common, end)):
            text = remove_at(text, (*path, place))
    return text


def named(item: Any) -> str:
    """What an item of a list is known by: its id, or the field that it asks about."""
    return str(item.get("id") or item.get("field") or item) if isinstance(item, Mapping) else repr(item)


def scalar_splice(text: str, tree: Group, path: Path, node: Scalar, value: Any) -> Splice:
    """In place, in the quotes that it had; a text over several lines stays one where it stands under its word."""
    flow = is_in_flow(tree, path)
    if node.start == node.end:
        colon = text.index(":", node.start.index) + 1
        return colon, colon, f" {scalar(value, flow=flow)}"
    end = node.end.index
    while node.style in ("|", ">") and end > node.start.index and text[end - 1] in " \r\n":
        end -= 1
    lines = [] if flow or not isinstance(path[-1], str) else entry(path[-1], value, indent_of(text, tree, path))
    if len(lines) > 1:
        return node.start.index, end, newline_of(text).join(lines).partition(": ")[2]
    return node.start.index, end, scalar(value, flow=flow, style=node.style)


def replaced(text: str, tree: Group, path: Path, value: Any) -> str:
    """Something of another shape in its place: the whole entry is written anew."""
    parent = node_at(tree, path[:-1])
    if not isinstance(parent, Group | Listing):
        raise no_place(path)
    layout, place = layout_of(text, parent), place_in(parent, path[-1])
    plan: list[int | str] = list(range(len(layout.entries)))
    plan[place] = written(text, tree, path[:-1], path[-1], value, first=place == 0)
    return rebuild(text, layout, plan)


def add_word(text: str, tree: Group, path: Path, value: Any) -> str:
    """A new word in its group, where the format has it; groups that are missing on the way come along."""
    parent = node_at(tree, path[:-1])
    if parent is None and path[:-1]:
        return set_at(text, path[:-1], {path[-1]: value} if isinstance(path[-1], str) else [value])
    if not isinstance(parent, Group) or not isinstance(path[-1], str):
        raise no_place(path)
    layout = layout_of(text, parent)
    place = place_for(path, parent)
    plan: list[int | str] = list(range(len(layout.entries)))
    plan.insert(place, written(text, tree, path[:-1], path[-1], value))
    return rebuild(text, layout, plan)


def place_for(path: Path, parent: Group) -> int:
    """Before the first word that the format has later; never first, where a dash may stand."""
    part = part_at(path[:-1])
    order = list(words_of(part)) if part else []
    if path[-1] not in order:
        return len(parent.keys)
    later = order[order.index(str(path[-1])) + 1 :]
    found = next((place for place, key in enumerate(parent.keys) if key.text in later), len(parent.keys))
    return max(found, 1) if parent.keys else 0


def insert_at(text: str, path: Path, place: int | None, value: Any) -> str:
    """A new entry in the list at the path, at its end where no place is given."""
    tree = read_tree(text)
    node = node_at(tree, path)
    if node is None or (isinstance(node, Scalar) and not node.text):
        return set_at(text, path, [value])
    if not isinstance(node, Listing):
        raise no_place(path)
    layout = layout_of(text, node)
    plan: list[int | str] = list(range(len(layout.entries)))
    place = len(plan) if place is None else max(0, min(place, len(plan)))
    plan.insert(place, written(text, tree, path, place, value, first=place == 0))
    return rebuild(text, layout, plan)


def remove_at(text: str, path: Path) -> str:
    """Without the entry; a list or group that would be empty goes with it."""
    tree = read_tree(text)
    parent = node_at(tree, path[:-1])
    if not isinstance(parent, Group | Listing) or node_at(tree, path) is None:
        raise no_place(path)
    layout = layout_of(text, parent)
    if len(layout.entries) == 1 and len(path) > 1:
        return remove_at(text, path[:-1])
    gone = place_in(parent, path[-1])
    if gone == 0 and not layout.flow and shares_line(text, layout):
        return without_first(text, parent, layout)
    return rebuild(text, layout, [place for place in range(len(layout.entries)) if place != gone])


def without_first(text: str, parent: Group | Listing, layout: Layout) -> str:
    """The second entry comes up beside the dash where the first one stood."""
    second = layout.entries[1].lstrip()
    if second.startswith("#"):
        raise Refused("comment_between", "A comment stands between these two lines. Take it out first.")
    end = layout.start + len(layout.entries[0]) + len(layout.gaps[0]) + len(layout.entries[1])
    return text[: layout.start] + second + text[end:]


def move_at(text: str, path: Path, place: int) -> str:
    """The entry at another place of its list or group."""
    tree = read_tree(text)
    parent = node_at(tree, path[:-1])
    if not isinstance(parent, Group | Listing) or node_at(tree, path) is None:
        raise no_place(path)
    layout = layout_of(text, parent)
    order: list[int | str] = list(range(len(layout.entries)))
    order.insert(max(0, min(place, len(order) - 1)), order.pop(place_in(parent, path[-1])))
    return rebuild(text, layout, order)


def rebuild(text: str, layout: Layout, plan: Sequence[int | str]) -> str:
    new = layout.rebuilt(plan)
    return text[: layout.start] + new + text[layout.end :]


def written(text: str, tree: Group, parent: Path, word: str | int, value: Any, *, first: bool = False) -> str:
    """A new entry as it reads beside those that are there."""
    node = node_at(tree, parent)
    if not isinstance(node, Group | Listing):
        raise no_place(parent)
    if node.flow:
        return f"{key_of(word)}: {in_flow(value)}" if isinstance(word, str) else in_flow(value)
    indent = indent_of(text, tree, (*parent, first_word(node)))
    tall = is_tall(node)
    lines = entry(word, value, indent, tall=tall) if isinstance(word, str) else item(value, indent, tall=tall)
    found = newline_of(text).join(lines)
    return found.lstrip(" ") if first and shares_line(text, layout_of(text, node)) else found


def is_tall(node: Group | Listing) -> bool:
    """Whether its entries take a line for each of their own words: new ones do the same."""
    values = node.values if isinstance(node, Group) else node.items
    return any(isinstance(value, Group) and not value.flow for value in values)


def shares_line(text: str, layout: Layout) -> bool:
    """Whether the first entry stands behind something else, such as the dash of a list."""
    before = text[text.rfind("\n", 0, layout.start) + 1 : layout.start]
    return bool(before.strip())


def first_word(node: Group | Listing) -> str | int:
    return node.keys[0].text if isinstance(node, Group) else 0


def indent_of(text: str, tree: Group, path: Path) -> int:
    """The column in which the entry at the path begins: of its word, or of its dash."""
    parent = node_at(tree, path[:-1])
    if isinstance(parent, Group):
        key = parent.keys[place_in(parent, path[-1])]
        return key.start.index - (text.rfind("\n", 0, key.start.index) + 1)
    first = layout_of(text, parent).entries[0] if isinstance(parent, Listing) else ""
    dash = next((line for line in first.splitlines() if line.lstrip().startswith("-")), "")
    return len(dash) - len(dash.lstrip())


def is_in_flow(tree: Group, path: Path) -> bool:
    nodes = [node_at(tree, path[:length]) for length in range(len(path))]
    return any(isinstance(node, Group | Listing) and node.flow for node in nodes)


def place_in(parent: Node, word: str | int) -> int:
    place = parent.place(str(word)) if isinstance(parent, Group) else word
    if not isinstance(place, int):
        raise no_place((word,))
    return place


def newline_of(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def no_place(path: Path) -> Refused:
    return Refused("no_such_place", f"The playbook has nothing at {' › '.join(map(str, path))}. Look again.")
