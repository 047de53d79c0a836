"""What an export says of itself, and whether that can be true, before a row of it is read."""

import json
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Self
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from django.conf import settings

from trellis.core.refusal import Refused
from trellis.transfer.archive import FILES, MANIFEST, NEWER
from trellis.transfer.everything.nouns import BY_PART, EXCUSED, LEFT_OUT, NOUNS

FORMAT, KIND = 1, "trellis-export"
# Ours has some kilobytes, and a line more for each uploaded file.
LONGEST_MANIFEST = 64 << 20
# The bit of an entry that says that it asks for a password.
LOCKED = 1
# Lines of JSON shrink to a tenth, and files are kept as they are: what unpacks to more is made to fill a disk.
MOST_SHRUNK, SMALL = 200, 16 << 20


@dataclass(frozen=True, kw_only=True)
class Part:
    """One file of the archive. `rows` is how many lines it has; None for an uploaded file."""

    rows: int | None
    bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """`made_at` is the moment that it shows, in ISO 8601, UTC; `migrations` the last of each room."""

    business: str
    made_at: str
    migrations: dict[str, str]
    parts: dict[str, Part]
    kind: str = KIND
    format: int = FORMAT
    left_out: dict[str, str] = field(default_factory=lambda: left_out())

    @property
    def rows(self) -> int:
        return sum(part.rows or 0 for part in self.parts.values())

    @property
    def files(self) -> dict[str, Part]:
        return {name: part for name, part in self.parts.items() if part.rows is None}

    def told(self) -> bytes:
        return json.dumps(asdict(self), indent=1, ensure_ascii=False).encode()

    @classmethod
    def read(cls, text: bytes) -> Self:
        """Raises Refused for what we do not know how to read."""
        try:
            told = json.loads(text)
            is_ours, number = told.get("kind") == KIND, told["format"]
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise damaged("its manifest cannot be read") from None
        if not is_ours:
            is_backup = "database" in told
            raise Refused("no_export", THIS_IS_A_BACKUP if is_backup else NO_EXPORT)
        if type(number) is int and number > FORMAT:
            raise Refused("newer", NEWER)
        try:
            parts = {str(name): Part(**part) for name, part in told["parts"].items()}
            assert all(type(part.bytes) is int and type(part.rows) in (int, type(None)) for part in parts.values())
            return cls(**told | {"parts": parts})
        except (TypeError, KeyError, AttributeError, AssertionError):
            raise damaged("its manifest cannot be read") from None


THIS_IS_A_BACKUP = "This is a backup: bring it back by trellis restore."
NO_EXPORT = "This is no export of Trellis. One is made by trellis export."


def left_out() -> dict[str, str]:
    """What is not in it and why, for whoever reads the archive alone."""
    fields = {f"{noun.name}.{attname}": why for noun in NOUNS for (label, attname), why in LEFT_OUT.items()
              if label == noun.label}  # fmt: skip
    return fields | EXCUSED


def damaged(why: str) -> Refused:
    return Refused("damaged", f"This export is not whole: {why}. Take another copy of it; nothing was changed here.")


def read_manifest(archive: ZipFile) -> Manifest:
    """What it says, once that agrees with what is there. Raises Refused."""
    names = archive.namelist()
    if any(
        entry.flag_bits & LOCKED or entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for entry in archive.filelist
    ):
        raise damaged("it is packed in a way that Trellis does not pack")
    if MANIFEST not in names:
        raise damaged("it has no manifest") if any(name in BY_PART for name in names) else Refused("other", NO_EXPORT)
    if archive.getinfo(MANIFEST).file_size > LONGEST_MANIFEST:
        raise damaged("its manifest is far too long")
    manifest = Manifest.read(archive.read(MANIFEST))
    check_names(manifest, names)
    check_sizes(manifest, archive)
    return manifest


def check_names(manifest: Manifest, names: list[str]) -> None:
    if len(set(names)) != len(names):
        raise damaged("it holds a part twice")
    if lacking := manifest.parts.keys() - set(names):
        raise damaged(f"it lacks {min(lacking)}")
    if more := set(names) - manifest.parts.keys() - {MANIFEST}:
        raise damaged(f"it holds {min(more)}, of which its manifest says nothing")
    for name, part in manifest.parts.items():
        if part.rows is None:
            check_place(name)
        elif name not in BY_PART:
            raise Refused("newer", f"{NEWER} This one knows nothing of {name}.")


def check_place(name: str) -> None:
    """An uploaded file goes into the folder of files and nowhere else, whatever its name says."""
    path = PurePosixPath(name)
    is_odd = "\\" in name or "\0" in name or ":" in name or name != str(path)
    if is_odd or not name.startswith(FILES) or ".." in path.parts or path.is_absolute():
        raise damaged(f"{name} leads out of it")


def check_sizes(manifest: Manifest, archive: ZipFile) -> None:
    """Nothing unpacks to more than it says, nor to what no list or letter does, nor to more than the disk has."""
    for name, part in manifest.parts.items():
        found = archive.getinfo(name)
        if found.file_size != part.bytes:
            raise damaged(f"{name} is not as long as its manifest says")
        if found.file_size > max(SMALL, MOST_SHRUNK * found.compress_size):
            raise damaged(f"{name} would unpack to {found.file_size / 1e6:,.0f} MB out of nearly nothing")
    needed = sum(part.bytes for part in manifest.parts.values())
    if needed > shutil.disk_usage(Path(settings.DATA)).free:
        raise Refused("no_room", f"It unpacks to {needed / 1e6:,.0f} MB, and the disk has no room for that.")
