"""The house as the rules see it: floors, rooms and sources under any root, so that a planted tree can be judged too.

The floors are read from the import-linter contract in pyproject.toml: one place says what stands above what.
"""

import ast
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

# Rooms that are a floor of rooms: trellis/steps/capture is a room, trellis/steps is not.
WINGS = ("steps", "integrations")


@dataclass(frozen=True)
class Fault:
    """One place that breaks a rule."""

    where: str
    line: int
    says: str

    def __str__(self) -> str:
        return f"{self.where}:{self.line}: {self.says}"


Rule = Callable[[Path], list[Fault]]


def contract(root: Path, kind: str) -> dict[str, Any]:
    """The first import-linter contract of this type."""
    with (root / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    return next(one for one in contracts if one["type"] == kind)


@cache
def floors(root: Path) -> dict[str, int]:
    """The height of each top-level room, 0 for the lowest."""
    layers = reversed(contract(root, "layers")["layers"])
    return {name.strip(" ()"): height for height, layer in enumerate(layers) for name in layer.split("|")}


def room_of(path: Path | str) -> str:
    """The room of a file below `trellis/` or of a dotted module: "people", "steps/capture"; empty outside the house."""
    parts = str(path).removesuffix(".py").replace(".", "/").split("/")
    if parts[:1] != ["trellis"] or len(parts) < 2:
        return ""
    return "/".join(parts[1:3]) if parts[1] in WINGS else parts[1]


def may_know(root: Path, room: str, other: str) -> bool:
    """Whether `room` may refer to `other`: itself, or any room on a lower floor."""
    height = floors(root)
    return room == other or height[other.split("/")[0]] < height[room.split("/")[0]]


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the root, its lines and its tree."""

    path: Path
    lines: list[str]
    tree: ast.Module

    @property
    def room(self) -> str:
        return room_of(self.path)

    @property
    def inside(self) -> tuple[str, ...]:
        """The path within the room, without `.py`: ("actions", "win_deal")."""
        return self.path.with_suffix("").parts[1 + len(self.room.split("/")) :]

    @property
    def is_test(self) -> bool:
        return "tests" in self.path.parts

    def fault(self, line: int, says: str) -> Iterator[Fault]:
        """The fault at this line, unless the line carries an excuse: `# house: why`."""
        if "# house: " not in self.lines[line - 1]:
            yield Fault(str(self.path), line, says)


def sources(root: Path, *folders: str) -> Iterator[Source]:
    """Every Python file of ours below these folders, migrations left out: Django writes those."""
    for path in files(root, "*.py", *folders):
        if "migrations" not in path.parts:
            text = (root / path).read_text()
            yield Source(path, text.splitlines() or [""], ast.parse(text))


def files(root: Path, pattern: str, *folders: str) -> Iterator[Path]:
    """Paths from the root of the files below these folders (`trellis` when none is named)."""
    for folder in folders or ("trellis",):
        for path in sorted((root / folder).rglob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path.relative_to(root)
