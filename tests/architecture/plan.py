"""Rules about the plan of a room: which files it may have, and how big anything may grow."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.house import Fault, Source, files, room_of, sources

PLAN = {
    *("__init__", "models", "permissions", "queries", "actions", "subscribers", "forms", "schemas"),
    *("views", "urls", "api", "jobs", "admin", "apps", "migrations", "templates", "static", "tests", "planner.tsv"),
}
# What a room has beside the plan. Adding a name here is a decision: would a newcomer look for it there?
OWN_MODULES: dict[str, set[str]] = {
    "team": {"hours", "roles", "runs", "undoing"},
    "intake": {"held"},
    "lists": {
        "acts",
        "api_bulk",
        "api_runs",
        "api_segments",
        "schemas_segments",
        "asked",
        "asking",
        "bulk",
        "doorways",
        "exporting",
        "held",
        "listing",
        "nouns",
        "templatetags",
    },
    "setup": {"doorways"},
    "desk": {"doorways"},
    "entrance": {"provider"},
    "events": {"catalogue", "fact", "outcomes", "taking"},
    "transfer": {
        *("everything", "held", "importing", "reading"),
        *("archive", "backup", "restore", "auditing", "stores", "sqlite_store", "postgres_store"),
    },
    "people": {
        *("identity", "names", "addresses", "changing", "companies", "custom", "custom_values", "fields", "reach"),
        *("api_companies", "schemas_companies", "api_fields", "schemas_fields"),
        *(
            "api_changes",
            "schemas_changes",
            "duplicates",
            "few",
            "finding",
            "keyed",
            "linkage",
            "matching",
            "matching_companies",
            "merging",
            "nearly",
            "phones",
            "tracing",
            "unmerging",
        ),
        *("consent_fields", "segments", "segment_fields", "segmenting", "segment_jobs"),
        *("erasing", "erasures", "held", "holdings", "copying", "naming"),
    },
    "conversations": {"connecting", "held", "connections", "ledger", "outcomes", "threads", "transports"},
    "journeys": {
        *("playbook", "engine", "publish", "world", "apply", "writes", "outgoing", "telling", "messages"),
        *(
            "wake",
            "guards",
            "audit",
            "auditor",
            "undoing",
            "rehearsal",
            "versions",
            "capturing",
            "schemas_playbooks",
            "beginning",
            "bringing",
            "roster",
            "simulating",
            "lint",
            "linting",
            "replay",
            "simulate",
            "fields",
            "fields_of_lists",
            "fields_of_tasks",
            "lifecycle",
            "handovers",
            "changes",
            "changing",
            "crossing",
            "drafts",
            "foresight",
            "api_playbooks",
            "why",
            "held",
        ),
    },
}
# The two kits, the ground floor, the room that puts everything together and the slices for outside services name
# their own modules.
FREE_ROOMS = ("core", "api", "web", "config", "integrations")

STRAY = {
    *("util", "utils", "helper", "helpers", "service", "services", "common", "misc", "manager", "managers"),
    *("lib", "libs", "tools", "shared", "stuff", "general", "extras"),
}
DOMAIN_FOLDERS = ("trellis", "tests", "bench")
LIMITS = {".py": 400, ".html": 120, ".css": 300, ".js": 300}
FUNCTION_LIMIT = 50


def files_follow_the_plan(root: Path) -> list[Fault]:
    """A room holds the files of the plan and the few modules it owns."""
    return [
        Fault(str(path), 1, f"{path.name} is not in the plan of a room; see OWN_MODULES in {__name__}")
        for path in files(root, "*")
        if (room := room_of(path)) and not room.startswith(FREE_ROOMS) and not _is_planned(room, path)
    ]


def _is_planned(room: str, path: Path) -> bool:
    inside = path.parts[1 + len(room.split("/")) :]
    return not inside or inside[0].removesuffix(".py") in PLAN | OWN_MODULES.get(room, set())


def nothing_is_called_utils(root: Path) -> list[Fault]:
    """A file is named for its one idea, never for being a drawer."""
    return [
        Fault(str(path), 1, "name it for what it holds")
        for path in files(root, "*", *DOMAIN_FOLDERS)
        if STRAY & {part.split(".")[0].strip("_").lower() for part in path.parts}
    ]


def door_plates_hold_only_a_docstring(root: Path) -> list[Fault]:
    """`__init__.py` says what the room is for and does nothing; those of tests and migrations may be empty."""
    return [
        fault
        for source in sources(root, *DOMAIN_FOLDERS)
        if source.path.name == "__init__.py" and not _is_door_plate(source)
        for fault in source.fault(1, "__init__.py holds a docstring and nothing else")
    ]


def _is_door_plate(source: Source) -> bool:
    if not source.tree.body:
        return source.is_test
    return len(source.tree.body) == 1 and ast.get_docstring(source.tree) is not None


def nothing_grows_too_big(root: Path) -> list[Fault]:
    """Functions and files stay small enough to be read in one look."""
    return [*_big_files(root), *_big_functions(root)]


def _big_files(root: Path) -> Iterator[Fault]:
    for path in files(root, "*", *DOMAIN_FOLDERS):
        limit = LIMITS.get(path.suffix)
        if limit and "migrations" not in path.parts:
            count = len((root / path).read_text().splitlines())
            if count > limit:
                yield Fault(str(path), limit, f"{count} lines, at most {limit}")


def _big_functions(root: Path) -> Iterator[Fault]:
    for source in sources(root, *DOMAIN_FOLDERS):
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                count = (node.end_lineno or node.lineno) - node.lineno + 1
                if count > FUNCTION_LIMIT:
                    yield from source.fault(node.lineno, f"{node.name} has {count} lines, at most {FUNCTION_LIMIT}")
