"""Writing everything into one archive, of one moment, while the business works."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.conf import settings

from trellis.core.refusal import Refused
from trellis.events.actions import Announcement, announce
from trellis.events.catalogue import EverythingExported
from trellis.team.queries import business
from trellis.transfer.archive import FILES, MANIFEST, Progress, blocks
from trellis.transfer.backup import last_migrations
from trellis.transfer.everything.lines import say_row, says_of
from trellis.transfer.everything.manifest import Manifest, Part
from trellis.transfer.everything.nouns import NOUNS, Noun
from trellis.transfer.everything.snapshot import count_of, one_moment, rows_of

# Is told of so many rows or files more.
Step = Callable[[int], None]


def export_everything(path: Path, *, at: datetime, progress: Progress) -> Manifest:
    """Everything but secrets into one file, which is there under its name once it is whole. Raises Refused.

    `progress` is told of rows and files, of how many.
    """
    if path.exists():
        raise Refused("exists", f"{path} is there already. Choose another name.")
    if not path.parent.is_dir():
        raise Refused("no_folder", f"There is no folder {path.parent}.")
    half = path.with_name(f"{path.name}.part")
    half.touch(mode=0o600)
    try:
        with ZipFile(half, "w", ZIP_DEFLATED, compresslevel=1) as archive:
            manifest = write(archive, at, progress)
            archive.writestr(MANIFEST, manifest.told())
        half.rename(path)
    finally:
        half.unlink(missing_ok=True)
    announce([Announcement(fact=EverythingExported(rows=manifest.rows), at=at)])
    return manifest


def write(archive: ZipFile, at: datetime, progress: Progress) -> Manifest:
    with one_moment():
        files = uploaded()
        step = counted(progress, sum(map(count_of, NOUNS)) + len(files))
        parts = {noun.part: write_rows(archive, noun, step) for noun in NOUNS}
        about: dict[str, Any] = {"business": business().name, "migrations": last_migrations()}
    parts |= {name: write_file(archive, name, file, at, step) for name, file in files.items()}
    made_at = at.astimezone(UTC).isoformat(timespec="seconds")
    return Manifest(made_at=made_at, parts=parts, **about)


def counted(progress: Progress, total: int) -> Step:
    done = 0

    def step(more: int) -> None:
        nonlocal done
        progress(done := done + more, total)

    step(0)
    return step


def write_rows(archive: ZipFile, noun: Noun, step: Step) -> Part:
    says, rows = says_of(noun.fields), 0

    def lines() -> Iterator[bytes]:
        nonlocal rows
        for batch in rows_of(noun):
            yield b"".join([say_row(says, row) for row in batch])
            rows += len(batch)
            step(len(batch))

    size, digest = pack(archive, noun.part, lines())
    return Part(rows=rows, bytes=size, sha256=digest)


def uploaded() -> dict[str, Path]:
    root = Path(settings.MEDIA_ROOT)
    return {f"{FILES}{file.relative_to(root).as_posix()}": file for file in sorted(root.rglob("*")) if file.is_file()}


def write_file(archive: ZipFile, name: str, file: Path, at: datetime, step: Step) -> Part:
    """Kept as it is: most files are packed already."""
    entry = ZipInfo(name, date_time=at.astimezone(UTC).timetuple()[:6])
    entry.external_attr = 0o600 << 16
    with file.open("rb") as source:
        size, digest = pack(archive, entry, blocks(source))
    step(1)
    return Part(rows=None, bytes=size, sha256=digest)


def pack(archive: ZipFile, entry: Any, whole: Iterable[bytes]) -> tuple[int, str]:
    """Its size and its SHA-256."""
    digest, size = hashlib.sha256(), 0
    with archive.open(entry, "w", force_zip64=True) as packed:
        for block in whole:
            packed.write(block)
            digest.update(block)
            size += len(block)
    return size, digest.hexdigest()
