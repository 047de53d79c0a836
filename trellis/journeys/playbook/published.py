"""The JSON Schema of a playbook, as it is published: for editors that check and complete while one types. Pure."""

import hashlib
import json
import re
from functools import cache
from typing import Any

from trellis.journeys.playbook.schema import Playbook

ADDRESS = "/api/v1/playbook.schema.json"
TITLE = "Trellis playbook"


@cache
def schema_text() -> str:
    """As it is served, printed and kept in `docs/playbook.schema.json`."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


@cache
def schema_etag() -> str:
    return f'"{hashlib.sha256(schema_text().encode()).hexdigest()[:32]}"'


@cache
def json_schema() -> dict[str, Any]:
    """JSON Schema 2020-12. It refuses what the loader refuses, but for names that only the whole can tell."""
    schema = Playbook.model_json_schema(by_alias=True, mode="validation")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": TITLE}
    body: dict[str, Any] = tidied({key: value for key, value in schema.items() if key != "title"})
    return head | body


def tidied(node: Any) -> Any:
    """Without the nulls of fields that may be left out, and with titles that read as words."""
    if isinstance(node, list):
        return [tidied(part) for part in node]
    if not isinstance(node, dict):
        return node
    kinds = [kind for kind in node.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) < len(node.get("anyOf", ())):
        rest = {key: value for key, value in node.items() if key not in ("anyOf", "default")}
        node = rest | (kinds[0] if len(kinds) == 1 else {"anyOf": kinds})
    if "patternProperties" in node:
        node = node | {"additionalProperties": False}
    return {key: tidied_value(key, value) for key, value in node.items()}


def tidied_value(key: str, value: Any) -> Any:
    """`title` is a keyword of JSON Schema, and a word of ours that stages and messages have."""
    if key == "title" and isinstance(value, str):
        return in_words(value)
    if key == "properties":
        return {word: {"title": in_words(word)} | tidied(meaning) for word, meaning in value.items()}
    return tidied(value)


def in_words(name: str) -> str:
    """`Quiet Hours` and `QuietHours` as people write: Quiet hours."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).replace("_", " ")
    return spaced[:1].upper() + spaced[1:].lower()
