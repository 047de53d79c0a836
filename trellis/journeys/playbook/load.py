"""Reading a playbook from YAML: strict, and every fault with its line, its column and the fix."""

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from trellis.journeys.playbook import schema
from trellis.journeys.playbook.schema import PHASES, Playbook

Path = tuple[str | int, ...]


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
    tree = read_yaml(text)
    try:
        playbook = Playbook.model_validate(plain(tree))
    except ValidationError as error:
        raise PlaybookFaulty([fault_of(tree, detail) for detail in error.errors()]) from None
    if faults := [Fault(*position(tree, path), sentence) for path, sentence in loose_ends(playbook)]:
        raise PlaybookFaulty(faults)
    return playbook


def read_yaml(text: str) -> Any:
    try:
        tree = YAML(typ="rt", pure=True).load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise PlaybookFaulty([Fault(line, column, str(error.problem or "this is not YAML"))]) from None
    if not isinstance(tree, Mapping):
        raise PlaybookFaulty([Fault(1, 1, "a playbook starts with `playbook: its-key`")])
    return tree


def plain(node: Any) -> Any:
    """The tree without its comments and positions; scalars that YAML typed stay as they are."""
    if isinstance(node, Mapping):
        return {str(key): plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [plain(value) for value in node]
    return str(node) if isinstance(node, str) else node


def fault_of(tree: Any, detail: ErrorDetails) -> Fault:
    path = tuple(detail["loc"])
    line, column = position(tree, path)
    return Fault(line, column, sentence_of(path, detail))


def sentence_of(path: Path, detail: ErrorDetails) -> str:
    word = str(path[-1]) if path else "playbook"
    match detail["type"]:
        case "extra_forbidden":
            return f"`{word}` is not known here{suggestion(word)}"
        case "missing":
            return f"`{word}` is missing"
        case "value_error":
            return detail["msg"].removeprefix("Value error, ")
        case _:
            return f"`{word}`: {detail['msg'][0].lower()}{detail['msg'][1:]}"


def suggestion(word: str) -> str:
    known = {
        field.alias or name
        for part in vars(schema).values()
        if isinstance(part, type) and issubclass(part, schema.Part)
        for name, field in part.model_fields.items()
    }
    close = difflib.get_close_matches(word, sorted(known), n=1)
    return f"; did you mean `{close[0]}`?" if close else ""


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


def loose_ends(playbook: Playbook) -> Iterator[tuple[Path, str]]:
    """What only the whole can tell: ids used twice, and names that lead nowhere."""
    yield from wrong_phases(playbook)
    yield from repeated_ids(playbook)
    yield from wrong_targets(playbook)
    for path, rule in rules_with_paths(playbook):
        if rule.send is not None and rule.send not in playbook.messages:
            yield (*path, "send"), unknown("message", rule.send, playbook.messages)
        if path[-2] in ("quiet", "after_delivery") and rule.after is None:
            yield path, f"`{rule.id}` needs `after`: how long to wait"


def wrong_phases(playbook: Playbook) -> Iterator[tuple[Path, str]]:
    for key, stage in playbook.stages.items():
        if stage.phase not in PHASES[playbook.kind]:
            yield ("stages", key, "phase"), unknown("phase", stage.phase, PHASES[playbook.kind])


def repeated_ids(playbook: Playbook) -> Iterator[tuple[Path, str]]:
    paths = [(path, rule.id) for path, rule in rules_with_paths(playbook)]
    paths += [
        (("stages", key, part, index), item.id)
        for key, stage in playbook.stages.items()
        for part in ("next", "limits")
        for index, item in enumerate(getattr(stage, part))
    ]
    times = Counter(id for _, id in paths)
    for path, id in paths:
        if times[id] > 1:
            yield (*path, "id"), f"the id `{id}` is used {times[id]} times; each rule needs its own"


def wrong_targets(playbook: Playbook) -> Iterator[tuple[Path, str]]:
    for key, stage in playbook.stages.items():
        for index, item in enumerate(stage.next):
            path: Path = ("stages", key, "next", index)
            if item.to not in playbook.stages:
                yield (*path, "to"), unknown("stage", item.to, playbook.stages)
            for id in item.done:
                if id not in playbook.places:
                    yield (*path, "done"), unknown("rule", id, playbook.places)


def rules_with_paths(playbook: Playbook) -> Iterator[tuple[Path, schema.Rule]]:
    for key, stage in playbook.stages.items():
        here: Path = ("stages", key)
        groups: list[tuple[Path, Sequence[schema.Rule]]] = [
            ((*here, "enter"), stage.enter),
            ((*here, "quiet"), stage.quiet),
        ]
        groups += [((*here, "when", n, "do"), when.do) for n, when in enumerate(stage.when)]
        groups += [((*here, "limits", n, "late"), limit.late) for n, limit in enumerate(stage.limits)]
        for path, rules in groups:
            yield from (((*path, n), rule) for n, rule in enumerate(rules))
    yield from ((("after_delivery", n), rule) for n, rule in enumerate(playbook.after_delivery))
    yield from ((("parking", "wake", n), rule) for n, rule in enumerate(playbook.parking.wake))


def unknown(what: str, word: str, known: Mapping[str, Any] | Sequence[str]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"there is no {what} `{word}`" + (f"; did you mean `{close[0]}`?" if close else "")
