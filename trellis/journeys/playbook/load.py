"""Reading a playbook from YAML: strict, and every fault with its line, its column and the fix."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError

from trellis.core.conditions import Path
from trellis.core.guessing import guess
from trellis.journeys.playbook import schema
from trellis.journeys.playbook.loose_ends import loose_ends
from trellis.journeys.playbook.schema import Playbook


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong. Lines and columns count from 1."""

    line: int
    column: int
    sentence: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.sentence}"


class PlaybookFaulty(ValueError):
    """The text is no playbook. `faults` are in the order of their lines."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.line, fault.column)))
        super().__init__("\n".join(map(str, self.faults)))


def load_playbook(text: str) -> Playbook:
    """Parse YAML 1.2 into a playbook, or raise PlaybookFaulty with all that is wrong."""
    try:
        tree = read_yaml(text)
        document = plain(tree)
    except RecursionError:
        raise PlaybookFaulty([Fault(1, 1, "this is nested too deeply")]) from None
    try:
        playbook = Playbook.model_validate(document)
    except ValidationError as error:
        raise PlaybookFaulty([fault_of(tree, detail) for detail in error.errors()]) from None
    if faults := [Fault(*position(tree, path), sentence) for path, sentence in loose_ends(playbook)]:
        raise PlaybookFaulty(faults)
    return playbook


def read_yaml(text: str) -> Any:
    try:
        tree = YAML(typ="rt", pure=True).load(text)
    except DuplicateKeyError as error:
        raise PlaybookFaulty([Fault(*place_of(error), f"`{str(error.problem).split('"')[1]}` is here twice")]) from None
    except MarkedYAMLError as error:
        raise PlaybookFaulty([Fault(*place_of(error), str(error.problem or "this is not YAML"))]) from None
    except ReaderError as error:
        before = text[: error.position]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        character = ascii(text[error.position])
        raise PlaybookFaulty([Fault(line, column, f"this character cannot stand in YAML: {character}")]) from None
    if not isinstance(tree, Mapping):
        raise PlaybookFaulty([Fault(1, 1, "a playbook starts with `playbook: its-key`")])
    return tree


def place_of(error: MarkedYAMLError) -> tuple[int, int]:
    mark = error.problem_mark or error.context_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def plain(node: Any) -> Any:
    """The tree without its comments and positions; scalars that YAML typed stay as they are."""
    if isinstance(node, Mapping):
        return {str(key): plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [plain(value) for value in node]
    return str(node) if isinstance(node, str) else node


def fault_of(tree: Any, detail: ErrorDetails) -> Fault:
    path = tuple(part for part in detail["loc"] if part != "[key]")
    line, column = position(tree, path)
    return Fault(line, column, sentence_of(path, detail))


def sentence_of(path: Path, detail: ErrorDetails) -> str:
    word = next((part for part in reversed(path) if isinstance(part, str)), "playbook")
    match detail["type"]:
        case "extra_forbidden":
            return f"`{word}` is not known here{suggestion(word)}"
        case "missing":
            return f"`{word}` is missing"
        case "value_error":
            return detail["msg"].removeprefix("Value error, ")
        case "string_type":
            return f"`{word}` is text: put it in quotes"
        case "too_short":
            return f"`{word}` needs at least one"
        case "string_pattern_mismatch":
            return f"`{word}` is {PATTERNS[detail['ctx']['pattern']]}"
        case "literal_error":
            choices = [part.strip("'") for part in detail["ctx"]["expected"].replace(" or ", ", ").split(", ")]
            return f"“{detail['input']}” is not one of {', '.join(choices)}{guess(str(detail['input']), choices)}"
        case _:
            return f"`{word}`: {detail['msg'][0].lower()}{detail['msg'][1:]}"


PATTERNS = {
    schema.KEY_PATTERN: "lower-case words joined by hyphens",
    schema.NAME_PATTERN: "a lower-case word",
    schema.TIME_PATTERN: "a time such as 08:00",
}


def suggestion(word: str) -> str:
    known = {
        field.alias or name
        for part in vars(schema).values()
        if isinstance(part, type) and issubclass(part, schema.Part)
        for name, field in part.model_fields.items()
    }
    return guess(word, sorted(known))


def position(tree: Any, path: Path) -> tuple[int, int]:
    """Line and column of the deepest part of `path` that the text has."""
    node: Any = tree
    line, column = tree.lc.line, tree.lc.col
    for step in path:
        try:
            line, column = node.lc.key(step) if hasattr(node, "keys") else node.lc.item(step)
            node = node[step]
        except (KeyError, IndexError, TypeError, AttributeError):
            break
    return line + 1, column + 1
