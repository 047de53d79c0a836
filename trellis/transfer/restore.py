"""Bringing an installation back from a backup: all of it, or nothing."""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from trellis.core.refusal import Refused
from trellis.transfer.archive import FILES, KEY, NEWER, Manifest, Progress, read_manifest, unpack
from trellis.transfer.stores import store


@dataclass(frozen=True, kw_only=True)
class Restored:
    """`kept` says where what was there before is now."""

    manifest: Manifest
    kept: tuple[str, ...]


def restore(path: Path, *, replace: bool, at: datetime, progress: Progress) -> Restored:
    """Put what the archive holds in the place of this installation. Raises Refused before anything is touched.

    Without `replace` only an installation that nobody uses yet. The database is as old as the archive then: migrate it.
    """
    manifest, target = read_manifest(path), store()
    if manifest.database != target.part:
        kind = "SQLite" if manifest.database.endswith("sqlite3") else "PostgreSQL"
        raise Refused("other_kind", f"This archive holds a database of {kind}. Set DATABASE_URL to one of that kind.")
    refuse_what_is_newer(manifest.migrations)
    connections.close_all()
    is_used = target.is_used()
    if is_used and not replace:
        raise Refused("in_use", "People use this installation. Say --replace to put the archive in its place.")
    target.refuse_while_open()
    data = Path(settings.DATA)
    with TemporaryDirectory(dir=data, prefix=".restore-") as folder:
        unpack(path, manifest, Path(folder), progress)
        target.check(Path(folder) / target.part)
        target.refuse_while_open()  # Unpacking takes its time: somebody may have started it meanwhile.
        kept = [
            target.replace(Path(folder) / target.part, at),
            put_key(Path(folder) / KEY, data / "secret_key", keep=is_used, at=at),
        ]
        put_files(Path(folder) / FILES, Path(settings.MEDIA_ROOT))
    return Restored(manifest=manifest, kept=tuple(said for said in kept if said))


def refuse_what_is_newer(migrations: dict[str, str]) -> None:
    """A database that knows more than this code cannot be taken back to it."""
    known = MigrationLoader(None).disk_migrations
    if any(place not in known for place in migrations.items()):
        raise Refused("newer", NEWER)


def put_key(found: Path, place: Path, *, keep: bool, at: datetime) -> str:
    """The key that the archive's passwords were locked with; one from the environment stays in force.

    That of an installation in use is kept, which the database that is kept needs: where, in a sentence.
    """
    if not found.exists() or os.environ.get("TRELLIS_SECRET_KEY"):
        return ""
    if place.exists() and place.read_bytes() == found.read_bytes():
        return ""
    kept = ""
    if place.exists() and keep:
        aside = place.with_name(f"secret_key.before-{at:%Y%m%d-%H%M%S}")
        os.replace(place, aside)
        kept = f"The key of before is kept as {aside}."
    os.replace(found, place)
    place.chmod(0o600)
    return kept


def put_files(found: Path, place: Path) -> None:
    """What is there under another name stays."""
    for file in sorted(found.rglob("*")) if found.exists() else ():
        if file.is_file():
            target = place / file.relative_to(found)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(file, target)
