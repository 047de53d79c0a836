"""Rules about what a file may speak of: templates, HTTP, the clock."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.house import Fault, Source, files, may_know, room_of, sources

REFERENCE = re.compile(r"""{%-?\s*(?:extends|include)\s+["']([^"'#]+)""")

BELOW_THE_DOORS = {"models", "permissions", "queries", "actions", "subscribers"}
HTTP = (
    "django.http",
    "django.shortcuts",
    "django.urls",
    "django.views",
    "django.contrib.messages",
    "django_htmx",
    "ninja",
)

DOORS = {"views", "api", "jobs", "admin"}
DOOR_ROOMS = ("config", "web", "api")
CLOCKS = {"now", "utcnow", "today", "localdate"}
CLOCK_OWNERS = {"timezone", "datetime", "date", "dt"}


def templates_know_only_lower_rooms(root: Path) -> list[Fault]:
    """A template extends and includes what is in its own room or below."""
    homes = {_template_name(path): room_of(path) for path in _templates(root)}
    return [
        Fault(str(path), line, f"a template of {room_of(path)} refers to {name} of {homes[name]}")
        for path in _templates(root)
        for line, name in _references((root / path).read_text())
        if name in homes and not may_know(root, room_of(path), homes[name])
    ]


def _templates(root: Path) -> list[Path]:
    return [path for path in files(root, "*") if "templates" in path.parts]


def _template_name(path: Path) -> str:
    return "/".join(path.parts[path.parts.index("templates") + 1 :])


def _references(text: str) -> Iterator[tuple[int, str]]:
    for found in REFERENCE.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, found[1]


def actions_know_no_http(root: Path) -> list[Fault]:
    """Nouns, verbs, questions and subscribers neither take a request nor import what answers one."""
    return [
        fault
        for source in sources(root)
        if source.inside and source.inside[0] in BELOW_THE_DOORS
        for line, says in _http(source.tree)
        for fault in source.fault(line, says)
    ]


def _http(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.arg) and node.arg == "request":
            yield node.lineno, "takes a request: that belongs to a door"
        if isinstance(node, ast.Import | ast.ImportFrom):
            for module in _imported(node):
                if module.startswith(HTTP):
                    yield node.lineno, f"imports {module}: that belongs to a door"


def _imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    source = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
    return [source + alias.name for alias in node.names]


def only_doors_read_the_clock(root: Path) -> list[Fault]:
    """One `at` is taken at the door and passed down."""
    return [
        fault
        for source in sources(root)
        if not _is_door(source)
        for line in _clock_readings(source.tree)
        for fault in source.fault(line, "reads the clock below a door: take `at` as an argument")
    ]


def _is_door(source: Source) -> bool:
    return source.is_test or source.room in DOOR_ROOMS or bool(DOORS & set(source.inside[:1]))


def _clock_readings(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS and _owner(node.value) in CLOCK_OWNERS:
            yield node.lineno
        if isinstance(node, ast.ImportFrom) and any(
            f"django.utils.timezone.{name}" in _imported(node) for name in CLOCKS
        ):
            yield node.lineno


def _owner(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
