"""Reading the parts of an export: each line as a row, each byte held against the manifest."""

import hashlib
import io
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from django.db.models import NOT_PROVIDED

from trellis.core.refusal import Refused
from trellis.transfer.archive import BLOCK, NEWER, blocks
from trellis.transfer.everything.lines import Read, Unfit, reads_of
from trellis.transfer.everything.manifest import Manifest, Part, damaged
from trellis.transfer.everything.nouns import Noun

# A letter of 25 MB with what was attached has a third more in base64.
LONGEST_LINE = 128 << 20
# What the archive's own library says of bytes that are not as they were.
_FAULTS = (BadZipFile, zlib.error, EOFError)

Row = dict[str, Any]


@contextmanager
def opened(path: Path) -> Iterator[ZipFile]:
    """The archive. Whatever is wrong with its bytes is said in a sentence, wherever it is met with."""
    try:
        with ZipFile(path) as archive:
            yield archive
    except FileNotFoundError:
        raise Refused("not_found", f"There is no file {path}.") from None
    except IsADirectoryError:
        raise Refused("not_found", f"{path} is a folder, not a file.") from None
    except _FAULTS:
        raise damaged("its bytes are not as they were") from None


def rows_of(archive: ZipFile, noun: Noun, part: Part) -> Iterator[Row]:
    """Every row with the value of every field, and at the end Refused where the part is not what it was."""
    reads, missing = reads_of(noun.fields), missing_values(noun)
    number = 0
    for number, line in enumerate(lines_of(archive, noun.part, part), 1):
        yield read_row(line, reads, missing, f"{noun.part}, line {number}")
    if number != part.rows:
        raise damaged(f"{noun.part} has {number:,} rows, not {part.rows:,}")


def lines_of(archive: ZipFile, name: str, part: Part) -> Iterator[bytes]:
    digest, left = hashlib.sha256(), part.bytes
    with archive.open(name) as packed, io.BufferedReader(packed, BLOCK) as source:  # type: ignore[type-var]  # it reads bytes, which is all that is asked
        while line := source.readline(LONGEST_LINE):
            left -= len(line)
            if left < 0 or not line.endswith(b"\n"):
                raise damaged(f"{name} is not as it was")
            digest.update(line)
            yield line
    if digest.hexdigest() != part.sha256:
        raise damaged(f"{name} is not as it was")


def read_row(line: bytes, reads: dict[str, Read], missing: Row, place: str) -> Row:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        raise unfit(place, "is no JSON") from None
    if not isinstance(told, dict):
        raise unfit(place, "is no row")
    if unknown := told.keys() - reads.keys():
        raise Refused("newer", f"{place} has a field “{min(unknown)}” that is not known here. {NEWER}")
    row = {}
    for name, read in reads.items():
        try:
            row[name] = read(told[name]) if name in told else default_of(missing, name)
        except Unfit as wrong:
            raise unfit(place, f"{name} {wrong}") from None
    return row


def missing_values(noun: Noun) -> Row:
    """What a field holds that an older Trellis did not know: its default, or nothing where it may."""
    return {
        field.attname: field.get_default()
        for field in noun.fields
        if (field.default is not NOT_PROVIDED and not field.primary_key) or field.null
    }


def default_of(missing: Row, name: str) -> Any:
    if name not in missing:
        raise Unfit("is missing")
    return missing[name]


def unfit(place: str, why: str) -> Refused:
    return Refused("bad_row", f"{place}: {why}. Nothing was brought in.")


def unpack_files(archive: ZipFile, manifest: Manifest, into: Path) -> None:
    """Every uploaded file into a folder, each held against its digest."""
    for name, part in manifest.files.items():
        target = into / name
        target.parent.mkdir(parents=True, exist_ok=True)
        digest, left = hashlib.sha256(), part.bytes
        with archive.open(name) as source, target.open("wb") as found:
            for block in blocks(source):
                digest.update(block)
                if (left := left - len(block)) < 0:
                    raise damaged(f"{name} is not as it was")
                found.write(block)
        if digest.hexdigest() != part.sha256:
            raise damaged(f"{name} is not as it was")
