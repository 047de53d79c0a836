"""Bringing an installation to the state of this code: the database and the web assets. Quick when nothing changed."""

import hashlib
import inspect
import logging
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.module_loading import import_string

from trellis.journeys.guards import missing_guards
from trellis.people.finding import unsought

log = logging.getLogger(__name__)

PATIENCE = 30.0


def migrate() -> bool:
    """Migrate the database where it needs it, see to its guards and to what is searched; whether there was a need."""
    wait_for_database()
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()) and not missing_guards() and not unsought():
        return False
    call_command("migrate", interactive=False, verbosity=0)
    return True


def wait_for_database(patience: float = PATIENCE) -> None:
    """Return once the database answers: it may be starting too, or another program may hold it for a moment."""
    deadline = time.monotonic() + patience
    while True:
        try:
            return connection.ensure_connection()
        except OperationalError as error:
            if time.monotonic() > deadline:
                raise
            log.warning("Waiting for the database: %s", str(error).strip())
            time.sleep(1)


def collect_assets() -> bool:
    """Gather the static files under hashed names where any of them changed; whether one did."""
    stamp, now = Path(settings.STATIC_ROOT) / ".collected", fingerprint()
    if stamp.exists() and stamp.read_text() == now:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(now)
    return True


def fingerprint() -> str:
    """A digest of the name, size and time of every static file, and of the code that gathers them."""
    lines = sorted(f"{path} {(stat := path.stat()).st_size} {stat.st_mtime_ns}" for path in asset_sources())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def asset_sources() -> Iterator[Path]:
    for finder in finders.get_finders():
        for name, storage in finder.list([]):
            yield Path(storage.path(name))
    storage = import_string(settings.STORAGES["staticfiles"]["BACKEND"])
    yield from Path(inspect.getfile(storage)).parent.glob("*.py")
