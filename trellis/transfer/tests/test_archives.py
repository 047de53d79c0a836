"""What is no whole archive is told so in a sentence, before anything is touched."""

import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from tests.cast import TUESDAY
from trellis.core.refusal import Refused
from trellis.transfer.archive import MANIFEST, read_manifest, unpack, write_archive
from trellis.transfer.backup import back_up
from trellis.transfer.restore import restore

ABOUT = {"made_at": "2026-06-09T15:00:00+00:00", "business": "Ridgeline", "migrations": {}, "audit": {}}


def silent(done: int, whole: int) -> None:
    assert 0 <= done <= whole


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Two parts of three million bytes and of none."""
    (tmp_path / "full").write_bytes(bytes(range(250)) * 12_000)
    (tmp_path / "empty").touch()
    file = tmp_path / "tuesday.trellis"
    parts = {"database.other": tmp_path / "full", "files/empty": tmp_path / "empty"}
    write_archive(file, parts, ABOUT | {"database": "database.other"}, silent)
    return file


def changed(archive: Path, more: dict[str, bytes | None]) -> Path:
    """With some of its parts written anew, left out or added."""
    other = archive.with_name("changed.trellis")
    with ZipFile(archive) as whole, ZipFile(other, "w") as written:
        for name, body in ({name: whole.read(name) for name in whole.namelist()} | more).items():
            if body is not None:
                written.writestr(name, body)
    return other


def told(archive: Path, **more: Any) -> dict[str, bytes | None]:
    with ZipFile(archive) as whole:
        return {MANIFEST: json.dumps(json.loads(whole.read(MANIFEST)) | more).encode()}


def take_out(archive: Path) -> None:
    unpack(archive, read_manifest(archive), archive.parent / "out", silent)


def test_what_goes_in_comes_out(archive: Path) -> None:
    take_out(archive)
    out = archive.parent / "out"
    assert (out / "database.other").read_bytes() == (archive.parent / "full").read_bytes()
    assert (out / "files/empty").read_bytes() == b""
    assert archive.stat().st_mode & 0o077 == 0
    assert not archive.with_name("tuesday.trellis.part").exists()


def test_what_is_cut_off_or_is_not_there_is_no_archive(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    with pytest.raises(Refused, match="it cannot be opened"):
        take_out(archive)
    with pytest.raises(Refused, match="There is no file"):
        take_out(archive.with_name("none"))


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({MANIFEST: None}, "it has no manifest"),
        ({MANIFEST: b"[]"}, "its manifest cannot be read"),
        ({MANIFEST: b"no json"}, "its manifest cannot be read"),
        ({MANIFEST: b'{"format": 1, "color": "red"}'}, "its manifest cannot be read"),
        ({MANIFEST: b'{"format": 2, "color": "red"}'}, "made by a newer Trellis"),
        ({"database.other": b"other bytes"}, "database.other is not as it was"),
        ({"files/empty": None}, "it lacks files/empty"),
    ],
)
def test_one_that_is_not_as_it_was_is_told_so(archive: Path, more: dict[str, bytes | None], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        take_out(changed(archive, more))


def test_nothing_is_written_outside_of_its_folder(archive: Path) -> None:
    more = told(archive, digests={"../outside": "0"}) | {"../outside": b"here"}
    with pytest.raises(Refused, match="leads out of it"):
        take_out(changed(archive, more))
    assert not (archive.parent / "outside").exists()


def test_an_archive_of_another_kind_or_of_a_newer_trellis_is_not_restored(db: None, archive: Path) -> None:
    with pytest.raises(Refused, match="Set DATABASE_URL to one of that kind"):
        restore(archive, replace=True, at=TUESDAY, progress=silent)
    for kind in ("database.sqlite3", "database.dump"):
        newer = changed(archive, told(archive, database=kind, migrations={"team": "9999_later"}))
        with pytest.raises(Refused, match=r"made by a newer Trellis|of that kind"):
            restore(newer, replace=True, at=TUESDAY, progress=silent)


def test_a_backup_goes_where_a_folder_is_and_no_file(db: None, archive: Path) -> None:
    with pytest.raises(Refused, match="is there already"):
        back_up(archive, at=TUESDAY, progress=silent)
    with pytest.raises(Refused, match="There is no folder"):
        back_up(archive.parent / "nowhere" / "x", at=TUESDAY, progress=silent)
