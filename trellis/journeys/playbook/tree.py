"""A playbook's YAML as a tree of nodes that know where they stand in the text: for reading it, and for editing it.

YAML 1.2 by its core schema: `yes`, `on`, `20:00` and `2026-03-01` are words. Anchors, aliases, merge keys, tags and
more than one document are refused, so that every line of a playbook says what it means where it stands. Pure.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError

from trellis.core.conditions import Path
from trellis.journeys.playbook.faults import Fault, PlaybookFaulty

MOST_CHARACTERS = 200_000
MOST_LEVELS = 24

_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_WORDS |= {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]{1,30}|0o[0-7]{1,30}|0x[0-9a-fA-F]{1,30}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,4})?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


@dataclass(frozen=True)
class Mark:
    """A place in the text: `index` counts characters from 0, lines and columns count from 1."""

    index: int
    line: int
    column: int


@dataclass
class Node:
    start: Mark
    end: Mark


@dataclass
class Scalar(Node):
    """`style` is empty for a plain word, else how it is written: ' " | or >."""

    text: str = ""
    style: str = ""

    @property
    def value(self) -> Any:
        return self.text if self.style else typed(self.text)


@dataclass
class Listing(Node):
    """A list. A flow list is written in brackets."""

    flow: bool = False
    items: list[Node] = field(default_factory=list)


@dataclass
class Group(Node):
    """Words with what each holds, in their order. A flow group is written in braces."""

    flow: bool = False
    keys: list[Scalar] = field(default_factory=list)
    values: list[Node] = field(default_factory=list)

    def place(self, word: str) -> int | None:
        return next((place for place, key in enumerate(self.keys) if key.text == word), None)

    def get(self, word: str) -> Node | None:
        place = self.place(word)
        return None if place is None else self.values[place]


@lru_cache(maxsize=8)
def read_tree(text: str) -> Group:
    """The text as a tree, which nobody changes: it is kept. Raises PlaybookFaulty with all that is no YAML of ours."""
    if len(text) > MOST_CHARACTERS:
        says = f"a playbook has at most {MOST_CHARACTERS:,} characters; this has {len(text):,}"
        raise PlaybookFaulty([Fault(1, 1, says)])
    builder = Builder()
    try:
        for event in YAML(typ="rt", pure=True).parse(text):
            builder.take(event)
    except MarkedYAMLError as error:
        raise PlaybookFaulty([*builder.faults, said_of_yaml(text, error)]) from None
    except ReaderError as error:
        raise PlaybookFaulty([*builder.faults, said_of_character(text, error.position)]) from None
    if builder.faults:
        raise PlaybookFaulty(builder.faults)
    if not isinstance(builder.root, Group):
        raise PlaybookFaulty([Fault(1, 1, "a playbook starts with `playbook: its-key`")])
    return builder.root


class Builder:
    """Puts the events of a parser together. It never calls itself, however deep the text nests."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.open: list[Listing | Group] = []
        self.documents = 0
        self.faults: list[Fault] = []

    def take(self, event: Any) -> None:
        match type(event).__name__:
            case "ScalarEvent":
                self.add(self.checked(event, self.scalar(event)))
            case "MappingStartEvent":
                self.begin(self.checked(event, Group(*ends(event), bool(event.flow_style))))
            case "SequenceStartEvent":
                self.begin(self.checked(event, Listing(*ends(event), bool(event.flow_style))))
            case "MappingEndEvent" | "SequenceEndEvent":
                self.finish(event)
            case "AliasEvent":
                self.fault(event, f"`*{event.anchor}` is an alias: write out what it stands for")
                self.add(Scalar(*ends(event)))
            case "DocumentStartEvent":
                self.documents += 1
                if self.documents == 2:
                    self.fault(event, "a file is one playbook: take out `---` and what follows it")

    def scalar(self, event: Any) -> Scalar:
        """A value that is left out stands right behind its key, wherever the parser noticed."""
        found = Scalar(*ends(event), event.value, event.style or "")
        if any(letter == "\x00" or "\ud800" <= letter <= "\udfff" for letter in found.text):
            self.fault(event, "a character in this text cannot be stored: take out what is written as `\\`")
            found.text = ""
        parent = self.open[-1] if self.open else None
        if found.start == found.end and isinstance(parent, Group) and len(parent.keys) > len(parent.values):
            found.start = found.end = parent.keys[-1].end
        return found

    def checked[Kind: Node](self, event: Any, node: Kind) -> Kind:
        if event.anchor:
            self.fault(event, f"`&{event.anchor}` is an anchor: take it out, and write out its copies")
        if event.tag:
            self.fault(event, "a tag of YAML (`!`) is not used in a playbook: take it out")
        return node

    def begin(self, node: Listing | Group) -> None:
        if len(self.open) == MOST_LEVELS:
            place = Fault(
                node.start.line, node.start.column, f"this is nested too deeply: at most {MOST_LEVELS} levels"
            )
            raise PlaybookFaulty([*self.faults, place])
        self.add(node)
        self.open.append(node)

    def finish(self, event: Any) -> None:
        node = self.open.pop()
        if node.flow:
            node.end = mark(event.end_mark)
        elif last := [*node.items] if isinstance(node, Listing) else [*node.values]:
            node.end = last[-1].end
        if isinstance(node, Group):
            self.find_twins(node)

    def add(self, node: Node) -> None:
        if not self.open:
            self.root = self.root or node
            return
        parent = self.open[-1]
        if isinstance(parent, Listing):
            parent.items.append(node)
        elif len(parent.keys) > len(parent.values):
            parent.values.append(node)
        else:
            parent.keys.append(self.key(node))

    def key(self, node: Node) -> Scalar:
        if isinstance(node, Scalar) and node.text != "<<":
            return node
        merges = isinstance(node, Scalar)
        says = "`<<` merges in YAML, not here: write out what it brings" if merges else "a key is a word, not a list"
        self.faults.append(Fault(node.start.line, node.start.column, says))
        return Scalar(node.start, node.end, text=f"key {len(self.faults)}")

    def find_twins(self, node: Group) -> None:
        first: dict[str, Scalar] = {}
        for key in node.keys:
            if earlier := first.get(key.text):
                says = f"`{key.text}` is here twice; the first is in line {earlier.start.line}"
                self.faults.append(Fault(key.start.line, key.start.column, says))
            first.setdefault(key.text, key)

    def fault(self, event: Any, sentence: str) -> None:
        place = mark(event.start_mark)
        self.faults.append(Fault(place.line, place.column, sentence))


def mark(at: Any) -> Mark:
    return Mark(at.index, at.line + 1, at.column + 1)


def ends(event: Any) -> tuple[Mark, Mark]:
    return mark(event.start_mark), mark(event.end_mark)


def typed(text: str) -> Any:
    """What a plain word is by the core schema of YAML 1.2."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    if _FLOAT.fullmatch(text):
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return text


def plain(node: Node) -> Any:
    """The tree as lists, dicts and values."""
    if isinstance(node, Group):
        return {key.text: plain(value) for key, value in zip(node.keys, node.values, strict=True)}
    if isinstance(node, Listing):
        return [plain(item) for item in node.items]
    return node.value if isinstance(node, Scalar) else None


def position(tree: Node, path: Path) -> tuple[int, int]:
    """Line and column of the deepest part of `path` that the text has."""
    *_, (_, place) = steps(tree, path)
    return place.line, place.column


def node_at(tree: Node, path: Path) -> Node | None:
    """The node at the end of the path; None where the text ends before."""
    found = list(steps(tree, path))
    return found[-1][0] if len(found) == len(path) + 1 else None


def steps(tree: Node, path: Path) -> Iterator[tuple[Node, Mark]]:
    """Each node along the path with where it is named: a value by its key, an item by itself."""
    node: Node = tree
    yield node, node.start
    for step in path:
        if isinstance(node, Group) and (place := node.place(str(step))) is not None:
            named = node.keys[place].start
            node = node.values[place]
        elif isinstance(node, Listing) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
            named = node.start
        else:
            return
        yield node, named


# What the parser says, and what a person can do about it; the first that fits.
YAML_SENTENCES: Sequence[tuple[str, str]] = (
    ("character '\\t'", "a tab cannot stand here: indent with spaces"),
    ("that cannot start any token", "text cannot start with this character: put it in quotes"),
    ("mapping values are not allowed here", "a second `: ` in one line: put the text in quotes, or start a new line"),
    ("expected <block end>", "this is not indented like the lines that it belongs to"),
    ("could not find expected ':'", "this word has no `:` behind it"),
    ("expected ',' or '}'", "a `,` or a closing `}` is missing"),
    ("expected ',' or ']'", "a `,` or a closing `]` is missing"),
    ("found unexpected end of stream", "a quotation mark is never closed"),
    ("found unknown escape character", "a `\\` in double quotes has a meaning of its own: use single quotes"),
)


def said_of_yaml(text: str, error: MarkedYAMLError) -> Fault:
    problem = str(error.problem or "this is not YAML")
    told = next((sentence for part, sentence in YAML_SENTENCES if part in problem), problem)
    at = error.problem_mark or error.context_mark
    if "end of stream" in problem:
        at = error.context_mark or at
    return Fault(at.line + 1, at.column + 1, told) if at else Fault(1, 1, told)


def said_of_character(text: str, index: int) -> Fault:
    before = text[:index]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return Fault(line, column, f"this character cannot stand in YAML: {text[index]!a}")
