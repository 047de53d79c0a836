"""How a value is written as YAML in the manner of a playbook: what is short stands in one line. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from trellis.journeys.playbook.tree import typed

WIDTH = 110
# Lists of rules that stand in one line where they fit.
COMPACT = ("late", "do")
# Words that other readers of YAML take for something else.
_AMBIGUOUS = frozenset({"y", "n", "yes", "no", "on", "off"})
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def scalar(value: Any, *, flow: bool = False, style: str = "") -> str:
    """One value in one line: plain where it can be, in the quotes that it had before where it had some."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    if style == "'" and is_printable(value):
        return "'" + value.replace("'", "''") + "'"
    return value if style != '"' and is_plain(value, flow=flow) else quoted(value)


def word(text: str) -> str:
    """A key of a group; `on` is one of ours."""
    return text if text.isidentifier() or is_plain(text, flow=True) else quoted(text)


def quoted(text: str) -> str:
    return '"' + "".join(map(escaped, text)) + '"'


def escaped(letter: str) -> str:
    if letter in _ESCAPES:
        return _ESCAPES[letter]
    if letter.isprintable():
        return letter
    code = ord(letter)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def is_printable(text: str) -> bool:
    return all(letter.isprintable() for letter in text)


def is_plain(text: str, *, flow: bool) -> bool:
    """Whether it reads as itself without quotes, to us and to others."""
    if not text or not text[0].isalnum() or not is_printable(text) or text[-1] in " :":
        return False
    if not isinstance(typed(text), str) or text.lower() in _AMBIGUOUS:
        return False
    if flow and re.search(r"[,\[\]{}:?]", text):
        return False
    return ": " not in text and " #" not in text and "{{" not in text and "{%" not in text


def in_flow(value: Any) -> str:
    """A value in one line, in braces and brackets."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{word(str(key))}: {in_flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(in_flow, value)) + "]"
    return scalar(value, flow=True)


def entry(key: str, value: Any, indent: int, *, tall: bool = False) -> list[str]:
    """The lines of `key: value`. With `tall` a group or a list takes a line for each of its own entries."""
    start = f"{' ' * indent}{word(key)}:"
    if isinstance(value, str) and is_literal(value):
        return [f"{start} |-", *(f"{' ' * (indent + 2)}{line}" if line else "" for line in value.split("\n"))]
    if not is_nest(value):
        return [f"{start} {scalar(value)}"]
    line = f"{start} {in_flow(value)}"
    if len(line) <= WIDTH and not tall and (key in COMPACT or not is_list_of_groups(value)):
        return [line]
    return [start, *nest(value, indent + 2)]


def item(value: Any, indent: int, *, tall: bool = False) -> list[str]:
    """The lines of `- value`."""
    line = f"{' ' * indent}- {in_flow(value)}"
    if not is_nest(value) or (len(line) <= WIDTH and not tall):
        return [line]
    first, *rest = nest(value, indent + 2)
    return [f"{' ' * indent}- {first.lstrip()}", *rest]


def nest(value: Any, indent: int) -> list[str]:
    """A group or a list over several lines."""
    if isinstance(value, Mapping):
        return [line for key, part in value.items() for line in entry(str(key), part, indent)]
    return [line for part in value for line in item(part, indent)]


def is_nest(value: Any) -> bool:
    """A group or a list with something in it."""
    return bool(value) and isinstance(value, Mapping | Sequence) and not isinstance(value, str)


def is_list_of_groups(value: Any) -> bool:
    return not isinstance(value, Mapping) and any(isinstance(part, Mapping) for part in value)


def is_literal(text: str) -> bool:
    """Several lines that can be written as they are, under a `|-`."""
    lines = text.split("\n")
    return (
        len(lines) > 1
        and all(is_printable(line) and line == line.rstrip() for line in lines)
        and bool(lines[-1] and lines[0] and not lines[0][0].isspace())
    )
