"""Rules that need the code imported: each runs in a process of its own, with the judged tree as its working folder."""

import os
import subprocess
import sys
from pathlib import Path

from tests.architecture.house import Fault, contract, may_know, room_of

RELATIONS = """
import django
django.setup()
from django.apps import apps
for model in apps.get_models(include_auto_created=True):
    for field in model._meta.get_fields():
        if field.is_relation and not field.auto_created and field.related_model:
            print(model.__module__, model.__name__ + "." + field.name, field.related_model.__module__)
"""

INDEXES = """
import django
django.setup()
from django.apps import apps
for model in apps.get_models(include_auto_created=True):
    meta = model._meta
    plain = [index.fields for index in meta.indexes if index.fields and not index.condition]
    unique = [list(one.fields) for one in meta.constraints if getattr(one, "fields", ()) and not one.condition]
    longer = {names[0].lstrip("-") for names in plain + unique if len(names) > 1}
    for field in meta.local_fields:
        if model.__module__.startswith("trellis.") and field.db_index and not field.unique and field.name in longer:
            print(model.__module__, model.__name__ + "." + field.name)
"""

PURITY = """
import importlib, pkgutil, sys
module = importlib.import_module(sys.argv[1])
for found in pkgutil.walk_packages(getattr(module, "__path__", ()), sys.argv[1] + "."):
    importlib.import_module(found.name)
print(*{name.partition(".")[0] for name in sys.modules} & {"django"})
"""


def imports_keep_the_contracts(root: Path) -> list[Fault]:
    """The contracts of import-linter: floors, siblings, and no Django in what is pure."""
    linter = Path(sys.executable).with_name("lint-imports")
    done = _run(root, str(linter), "--no-logo", "--no-cache")
    return [] if done.returncode == 0 else [Fault("pyproject.toml", 1, done.stdout + done.stderr)]


def relations_point_down(root: Path) -> list[Fault]:
    """A foreign key or many-to-many stays in its room or points to a lower floor."""
    done = _run(root, sys.executable, "-c", RELATIONS)
    if done.returncode:
        return [Fault("trellis", 1, last_line(done.stderr))]
    relations = [line.split() for line in done.stdout.splitlines()]
    return [
        Fault(f"{module.replace('.', '/')}.py", 1, f"{field} points to {target}")
        for module, field, target in relations
        if room_of(module) and room_of(target) and not may_know(root, room_of(module), room_of(target))
    ]


def no_index_begins_another(root: Path) -> list[Fault]:
    """A field has no index of its own where a longer one begins with it: each write would tend both."""
    done = _run(root, sys.executable, "-c", INDEXES)
    if done.returncode:
        return [Fault("trellis", 1, last_line(done.stderr))]
    return [
        Fault(f"{module.replace('.', '/')}.py", 1, f"{field} is indexed twice: give it db_index=False")
        for module, field in (line.split() for line in done.stdout.splitlines())
    ]


def pure_modules_load_no_django(root: Path) -> list[Fault]:
    """Importing a pure module and all below it, in a fresh process, leaves Django out."""
    return [
        Fault(f"{module.replace('.', '/')}", 1, last_line(done.stderr) or "importing it loads Django")
        for module in contract(root, "forbidden")["source_modules"]
        if (done := _run(root, sys.executable, "-c", PURITY, module)).returncode or done.stdout.strip()
    ]


def last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2]


def _run(root: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "trellis.config.settings",
        "TRELLIS_DATA": str(root / "var" / "test"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=120)
