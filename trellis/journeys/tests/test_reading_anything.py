"""Whatever is typed into it, a playbook is either read or refused with places that are in the text."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trellis.journeys.playbook.load import PlaybookFaulty, load_playbook
from trellis.journeys.playbook.parts import homes
from trellis.journeys.playbook.schema import Playbook
from trellis.journeys.playbook.tree import plain, read_tree
from trellis.journeys.tests.sandbox import PACK

TEXT = PACK.read_text()
LINES = TEXT.splitlines(keepends=True)
PLAIN = plain(read_tree(TEXT))
# What YAML gives a meaning to, and what people and programs paste by mistake.
SNIPPETS = st.sampled_from(
    ["\t", ":", ": ", "- ", "-", "[", "]", "{", "}", ",", "#", " #", "&a ", "*a", "!!str ", "!x", "|", ">", "|2-", "'",
     '"', "\\", "%", "%YAML 1.1\n", "@", "`", "? ", "<<: ", "---\n", "...\n", "\n", "\r", "\r\n", "\x85", "\u2028",
     "\ufeff", "\x00", "\x07", "\ud800", "null", "~", "true", "yes", "0x1F", "1e999", ".nan", "-.inf", "9" * 400,
     "2026-02-31", "12:30:45", "  ", "        ", "é", "🛠", "{{", "{%", "{% if %}", "}}", "answers.", "5m", "5 m"]
)  # fmt: skip
WORDS = st.sampled_from(sorted(homes()))
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | SNIPPETS
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.text(max_size=5), inner, max_size=5),
    max_leaves=25,
)


def read_or_refused(text: str) -> Playbook | None:
    """The playbook, or None where it was refused as it should be."""
    try:
        return load_playbook(text)
    except PlaybookFaulty as faulty:
        faults = faulty.faults
    last = 1 + sum(text.count(end) for end in ("\n", "\r", "\x85", "\u2028", "\u2029"))
    assert faults
    assert all(1 <= fault.line <= last and fault.column >= 1 and fault.sentence for fault in faults)
    return None


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_damaged_playbook_is_read_or_refused(data: st.DataObject) -> None:
    text = TEXT
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(text)))
        taken = data.draw(st.integers(0, 12))
        text = text[:place] + data.draw(SNIPPETS | WORDS) + text[place + taken :]
    read_or_refused(text)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_playbook_with_lines_in_disorder_is_read_or_refused(data: st.DataObject) -> None:
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 3))):
        here, there = data.draw(st.integers(0, len(lines) - 1)), data.draw(st.integers(0, len(lines) - 1))
        lines[here] = data.draw(st.sampled_from([lines[there], "", "  " + lines[here], lines[here].lstrip()]))
    read_or_refused("".join(lines))


@settings(deadline=None, max_examples=300)
@given(st.lists(SNIPPETS | WORDS | st.text(max_size=4), max_size=12).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    assert read_or_refused(text) is None


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(tree=TREES, path=st.lists(st.integers(0, 30), max_size=6))
def test_a_playbook_with_anything_in_any_place_is_read_or_refused(tree: Any, path: list[int]) -> None:
    read_or_refused(json.dumps(put(PLAIN, path, tree)))


def put(node: Any, path: list[int], value: Any) -> Any:
    """A copy of the tree with the value somewhere in it."""
    if not path or not isinstance(node, dict | list) or not node:
        return value
    keys = list(node) if isinstance(node, dict) else list(range(len(node)))
    chosen = keys[path[0] % len(keys)]
    changed: Any = dict(node) if isinstance(node, dict) else list(node)
    changed[chosen] = put(node[chosen], path[1:], value)
    return changed
