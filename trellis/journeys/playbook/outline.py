"""A playbook without what only people read: two of one outline do the same, whatever it is called in them. Pure."""

import json
import re
from collections.abc import Mapping
from typing import Any

from trellis.journeys.playbook.schema import Playbook

_TAG = re.compile(r"({{.*?}}|{%.*?%})")
# Words under which only people read: titles, meanings, reasons, and what is asked.
ONLY_READ = frozenset({"means", "reason", "priority", "ask"})
# Of these it matters what they fill in, and how many questions they ask.
FILLED_IN = frozenset({"title", "subject", "acknowledge", "next_step", "call", "reply", "meet", "do"})


def outline(playbook: Playbook) -> str:
    """Equal for two playbooks of which the linter, and the engine, cannot tell one from the other."""
    plain = playbook.model_dump(mode="json", by_alias=True, exclude_none=True)
    plain.pop("scenarios", None)
    for message in plain.get("messages", {}).values():
        message["asks"] = gist(message.pop("ask"))
    return json.dumps(without_words(plain))


def without_words(part: Any) -> Any:
    if isinstance(part, Mapping):
        return {word: "" if word in ONLY_READ else said(word, value) for word, value in part.items()}
    return [without_words(item) for item in part] if isinstance(part, list) else part


def said(word: str, value: Any) -> Any:
    return gist(value) if word in FILLED_IN and isinstance(value, str) else without_words(value)


def gist(text: str) -> str:
    """What is filled in stays; words become one, and question marks stay as many as they are."""
    pieces = _TAG.split(text)
    return "".join(piece if place % 2 else words(piece) for place, piece in enumerate(pieces))


def words(text: str) -> str:
    """Braces that are no field stay as they are: they are an error of their own."""
    if "{" in text or "}" in text:
        return text
    return ("w" if any(letter.isalnum() for letter in text) else "") + "?" * text.count("?")
