"""The entries of a list or a group as they lie in the text, with all that stands between them. Pure.

An entry takes its own lines along: comments right above it, behind it, and deeper below it. What is between two entries
(blank lines, other comments, commas) is a gap, and stays where it is when entries come, go or change places.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from trellis.journeys.playbook.tree import Group, Listing, Mark, Node

_COMMENT = re.compile(r"\s*#")
_BEHIND = re.compile(r"(^|\s)#.*$")


@dataclass
class Layout:
    """`entries` and the `gaps` between them fill the text from `start` to `end`."""

    start: int
    end: int
    entries: list[str]
    gaps: list[str]
    flow: bool
    newline: str

    def rebuilt(self, plan: Sequence[int | str]) -> str:
        """The same with the entries of the plan: old ones by their number, new ones as text."""
        if (
            sorted(part for part in plan if isinstance(part, int))
            == list(range(len(self.entries)))
            == [*range(len(plan))]
        ):
            return self.woven([self.entries[int(part)] for part in plan], self.gaps)
        gaps: list[str] = []
        for before, after in pairwise(plan):
            gaps.append(self.gap(before, after))
        return self.woven([self.entries[part] if isinstance(part, int) else part for part in plan], gaps)

    def woven(self, entries: Sequence[str], gaps: Sequence[str]) -> str:
        return "".join(part for pair in zip(entries, [*gaps, ""], strict=True) for part in pair)

    def gap(self, before: int | str, after: int | str) -> str:
        """What stands between two entries of a plan: what stood there, else what is usual here."""
        if isinstance(before, int) and isinstance(after, int) and before < after:
            return self.joined(self.gaps[before:after])
        if isinstance(before, str) and isinstance(after, int) and after > 0:
            return self.gaps[after - 1]
        return self.usual

    @property
    def usual(self) -> str:
        bare = [gap for gap in self.gaps if "#" not in gap]
        if self.flow:
            return next((gap for gap in bare if "\n" not in gap), ", ")
        return bare[-1] if bare else self.newline

    def joined(self, gaps: Sequence[str]) -> str:
        """One gap in place of several: comments in them are kept."""
        told = [gap for gap in gaps if "#" in gap]
        if len(told) < 2:
            return (told or list(gaps))[0]
        rest = [without_comma(gap) if self.flow else gap for gap in told[1:]]
        return "".join([told[0], *rest])


def without_comma(gap: str) -> str:
    """A gap of a flow list after its one comma was said elsewhere."""
    for found in re.finditer(r"#[^\n]*|,", gap):
        if found[0] == ",":
            return gap[: found.start()] + gap[found.end() :]
    return gap


def layout_of(text: str, node: Group | Listing) -> Layout:
    spans = list(flow_spans(node) if node.flow else block_spans(text, node))
    newline = "\r\n" if "\r\n" in text else "\n"
    if not spans:
        return Layout(node.start.index + 1, node.end.index - 1, [], [], node.flow, newline)
    entries = [text[start:end] for start, end in spans]
    gaps = [text[end:start] for (_, end), (start, _) in pairwise(spans)]
    return Layout(spans[0][0], spans[-1][1], entries, gaps, node.flow, newline)


def flow_spans(node: Group | Listing) -> Iterator[tuple[int, int]]:
    for start, value in starts(node):
        yield start.index, max(value.end.index, start.index)


def starts(node: Group | Listing) -> list[tuple[Mark, Node]]:
    """Where each entry is named, and its value."""
    if isinstance(node, Group):
        return [(key.start, value) for key, value in zip(node.keys, node.values, strict=True)]
    return [(item.start, item) for item in node.items]


def block_spans(text: str, node: Group | Listing) -> Iterator[tuple[int, int]]:
    """Each entry from the first comment right above it to the last that is deeper below it."""
    last = 0
    for start, value in starts(node):
        named = start.index if isinstance(node, Group) else dash_before(text, start.index)
        line = line_start(text, named)
        indent = named - line
        first = line if not text[line:named].strip() else named
        if first == line:
            first = with_comments_above(text, line, last)
        last = with_comments_below(text, end_of(text, named, value), indent)
        yield first, last


def dash_before(text: str, index: int) -> int:
    """The dash of a list entry: before it in its line, or alone in a line above."""
    end = index
    while True:
        line = line_start(text, end)
        said = _BEHIND.sub("", text[line:end]).rstrip()
        if said.endswith("-") or line == 0:
            return line + max(len(said) - 1, 0)
        end = line - 1


def line_start(text: str, index: int) -> int:
    return text.rfind("\n", 0, index) + 1


def line_end(text: str, index: int) -> int:
    """Where the line ends that `index` is in, before its line break."""
    end = text.find("\n", index)
    end = len(text) if end == -1 else end
    return end - 1 if end > index and text[end - 1] == "\r" else end


def end_of(text: str, named: int, value: Node) -> int:
    """The end of the last line of a value. The parser ends a block of text only where the next thing begins."""
    end = max(value.end.index, named + 1)
    while end > named and text[end - 1].isspace():
        end -= 1
    return line_end(text, end)


def with_comments_above(text: str, line: int, last: int) -> int:
    """Where the comments begin that stand right above a line, without a blank line between."""
    while line > last:
        above = line_start(text, line - 1)
        if above < last or not _COMMENT.match(text[above:line]):
            break
        line = above
    return line


def with_comments_below(text: str, end: int, indent: int) -> int:
    """The end of the comments that stand right below and deeper than their entry."""
    while (following := text.find("\n", end) + 1) and following < len(text):
        said = text[following : line_end(text, following)]
        if not _COMMENT.match(said) or len(said) - len(said.lstrip()) <= indent:
            break
        end = following + len(said)
    return end
