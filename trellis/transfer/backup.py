"""Making a backup while everything runs, and proving it before it is called one."""

import os
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from trellis.core.refusal import Refused
from trellis.team.queries import business
from trellis.transfer.archive import FILES, KEY, Manifest, Progress, write_archive
from trellis.transfer.stores import store


def back_up(path: Path, *, at: datetime, progress: Progress) -> Manifest:
    """Everything of this installation into one file. Raises Refused, and leaves no file then.

    The copy is looked through, and what `trellis audit` counts in it stands in the manifest.
    """
    if path.exists():
        raise Refused("exists", f"{path} is there already. Choose another name.")
    if not path.parent.is_dir():
        raise Refused("no_folder", f"There is no folder {path.parent}.")
    source = store()
    with TemporaryDirectory(dir=path.parent, prefix=".backup-") as folder:
        copy = Path(folder) / source.part
        source.copy(copy, progress)
        source.check(copy)
        about = {
            "made_at": at.astimezone(UTC).isoformat(timespec="seconds"),
            "business": business().name,
            "database": source.part,
            "migrations": last_migrations(),
            "audit": source.audit(copy),
        }
        return write_archive(path, {source.part: copy} | of_the_data_folder(), about, progress)


def of_the_data_folder() -> dict[str, Path]:
    """The key that opens the passwords kept in the database, unless the environment gives it, and what was uploaded."""
    key, files = Path(settings.DATA) / "secret_key", Path(settings.MEDIA_ROOT)
    kept = {KEY: key} if key.exists() and not os.environ.get("TRELLIS_SECRET_KEY") else {}
    return kept | {f"{FILES}{file.relative_to(files)}": file for file in sorted(files.rglob("*")) if file.is_file()}


def last_migrations() -> dict[str, str]:
    """By room."""
    applied: dict[Any, Any] = MigrationRecorder(connection).applied_migrations()
    return {app: max(name for other, name in applied if other == app) for app, _ in sorted(applied)}
