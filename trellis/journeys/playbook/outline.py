"""A playbook without what only people read: two of one outline do the same, whatever it is called in them. Pure."""

import json
import re
from collections.abc import Mapping
from typing import Any

from trellis.journeys.playbook.schema import Message, Playbook
from trellis.journeys.playbook.values import Part

_TAG = re.compile(r"({{.*?}}|{%.*?%})")
# Words under which only people read: titles, meanings, reasons, and what is asked.
ONLY_READ = frozenset({"means", "reason", "priority", "ask"})
# Of these it matters what they fill in, and how many questions they ask.
FILLED_IN = frozenset({"title", "subject", "acknowledge", "next_step", "call", "reply", "meet", "do"})


def outline(playbook: Playbook) -> str:
    """Equal for two playbooks of which the linter, and the engine, cannot tell one from the other."""
    plain = wordless(playbook) | {"messages": {key: wordless(message) for key, message in playbook.messages.items()}}
    plain.pop("scenarios", None)
    return json.dumps(plain)


def wordless(part: Part) -> dict[str, Any]:
    """A part of a playbook without what only people read; of a message it matters that it asks, too."""
    plain = part.model_dump(mode="json", by_alias=True, exclude_none=True)
    asks = {"asks": gist(plain.pop("ask"))} if isinstance(part, Message) else {}
    return {word: said(word, value) for word, value in plain.items()} | asks


def said(word: str, value: Any) -> Any:
    if word in ONLY_READ:
        return ""
    return gist(value) if word in FILLED_IN and isinstance(value, str) else without_words(value)


def without_words(part: Any) -> Any:
    if isinstance(part, Mapping):
        return {word: said(word, value) for word, value in part.items()}
    return [without_words(item) for item in part] if isinstance(part, list) else part


def gist(text: str) -> str:
    """What is filled in stays; words become one, and question marks stay as many as they are.

    Where a word is only said under a condition, and where a brace is no field, it matters where it stands.
    """
    pieces = _TAG.split(text)
    between, tags = pieces[::2], pieces[1::2]
    if "{%" in text or any(letter in piece for piece in between for letter in "{}"):
        return text
    words = "w" if any(letter.isalnum() for piece in between for letter in piece) else ""
    return "".join([words, *tags, "?" * sum(piece.count("?") for piece in between)])
