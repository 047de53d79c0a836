"""The file that a backup is: a zip of the database, the files and the key, with a manifest that proves them."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from trellis.core.refusal import Refused

FORMAT = 1
MANIFEST, KEY, FILES = "manifest.json", "secret_key", "files/"
BLOCK = 1 << 20
NEWER = "This archive was made by a newer Trellis. Bring Trellis up to date first."

# Told how many bytes were dealt with, of how many.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What an archive holds. `migrations` is the last of each room, `audit` what was counted in the copy itself.

    `digests` are SHA-256 by the name of the part. `made_at` is in ISO 8601, UTC.
    """

    made_at: str
    business: str
    database: str
    migrations: dict[str, str]
    audit: dict[str, Any]
    digests: dict[str, str]
    format: int = FORMAT

    @classmethod
    def read(cls, text: bytes) -> Self:
        """Raises Refused for what we do not know how to read."""
        try:
            told = json.loads(text)
            read = cls(**told) if told["format"] == FORMAT else None
        except (ValueError, TypeError, KeyError):
            raise damaged("its manifest cannot be read") from None
        if read is None:
            raise Refused("other_format", NEWER)
        return read


def damaged(why: str) -> Refused:
    return Refused("damaged", f"This is no whole backup of Trellis: {why}. Take an earlier one.")


def write_archive(path: Path, parts: dict[str, Path], about: dict[str, Any], progress: Progress) -> Manifest:
    """Pack files under their names, and last the manifest, so that half an archive has none.

    `about` is what the manifest tells beside the digests. The file is there under its name once it is whole.
    """
    total, done = sum(part.stat().st_size for part in parts.values()), 0
    digests = {}
    half = path.with_name(f"{path.name}.part")
    half.touch(mode=0o600)
    try:
        with ZipFile(half, "w", ZIP_DEFLATED, compresslevel=1) as archive:
            for name, part in parts.items():
                digest = hashlib.sha256()
                with part.open("rb") as source, archive.open(name, "w", force_zip64=True) as packed:
                    for block in blocks(source):
                        digest.update(block)
                        packed.write(block)
                        progress(done := done + len(block), total)
                digests[name] = digest.hexdigest()
            manifest = Manifest(digests=digests, **about)
            archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1, ensure_ascii=False))
        half.rename(path)
    finally:
        half.unlink(missing_ok=True)
    return manifest


def read_manifest(path: Path) -> Manifest:
    with opened(path) as archive:
        if MANIFEST not in archive.namelist():
            raise damaged("it has no manifest")
        return Manifest.read(archive.read(MANIFEST))


def unpack(path: Path, manifest: Manifest, into: Path, progress: Progress) -> None:
    """Every part into a folder, each held against its digest. Raises Refused where one is not as it was."""
    with opened(path) as archive:
        sizes = {name: archive.getinfo(name).file_size for name in manifest.digests if name in archive.namelist()}
        if lacking := manifest.digests.keys() - sizes.keys():
            raise damaged(f"it lacks {', '.join(sorted(lacking))}")
        done = 0
        for name in manifest.digests:
            target = (into / name).resolve()
            if not target.is_relative_to(into.resolve()):
                raise damaged(f"{name} leads out of it")
            target.parent.mkdir(parents=True, exist_ok=True)
            digest = hashlib.sha256()
            try:
                with archive.open(name) as source, target.open("wb") as found:
                    for block in blocks(source):
                        digest.update(block)
                        found.write(block)
                        progress(done := done + len(block), sum(sizes.values()))
            except BadZipFile:
                raise damaged(f"{name} is not as it was") from None
            if digest.hexdigest() != manifest.digests[name]:
                raise damaged(f"{name} is not as it was")


def opened(path: Path) -> ZipFile:
    try:
        return ZipFile(path)
    except FileNotFoundError:
        raise Refused("not_found", f"There is no file {path}.") from None
    except (BadZipFile, OSError):
        raise damaged("it cannot be opened") from None


def blocks(source: Any) -> Iterator[bytes]:
    while block := source.read(BLOCK):
        yield block
