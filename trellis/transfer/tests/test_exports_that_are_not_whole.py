"""What is no whole export is told so in a sentence, and nothing is changed by it."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from tests.cast import TUESDAY, Business
from trellis.core.ids import new_id
from trellis.core.refusal import Refused
from trellis.events.models import Event
from trellis.journeys.guards import missing_guards
from trellis.people.models import Contact
from trellis.team.models import Team
from trellis.transfer.archive import MANIFEST
from trellis.transfer.everything.bringing_in import import_everything
from trellis.transfer.everything.exporting import export_everything
from trellis.transfer.tests.test_taking_everything_along import empty, silent

Change = Callable[[dict[str, bytes], dict[str, Any]], None]
ID = str(new_id())


@pytest.fixture
def archive(db: None, tmp_path: Path) -> Path:
    """Of a business with nothing in it yet; and the one that it is brought into does not know of it."""
    export_everything(tmp_path / "tuesday.zip", at=TUESDAY, progress=silent)
    Event.objects.all().delete()
    return tmp_path / "tuesday.zip"


def changed(archive: Path, change: Change) -> Path:
    """With other parts, or another manifest."""
    with ZipFile(archive) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    manifest = json.loads(parts.pop(MANIFEST))
    change(parts, manifest)
    other = archive.with_name("changed.zip")
    with ZipFile(other, "w", ZIP_DEFLATED) as written:
        for name, body in parts.items():
            written.writestr(name, body)
        if manifest:
            written.writestr(MANIFEST, json.dumps(manifest))
    return other


def with_part(name: str, body: bytes, *, rows: int | None = None, **lies: Any) -> Change:
    """Another part of which the manifest tells the truth, but for the lies."""

    def change(parts: dict[str, bytes], manifest: dict[str, Any]) -> None:
        parts[name] = body
        told = {"rows": rows, "bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
        manifest["parts"][name] = told | lies

    return change


def with_rows(noun: str, *rows: Any) -> Change:
    body = b"".join(row if isinstance(row, bytes) else json.dumps(row).encode() + b"\n" for row in rows)
    return with_part(f"{noun}.jsonl", body, rows=len(rows))


def with_manifest(**more: Any) -> Change:
    return lambda parts, manifest: manifest.update(more)


def without(name: str) -> Change:
    return lambda parts, manifest: parts.pop(name) and None


TEAM = {"id": ID, "key": "crew", "name": "Crew"}
NOT_WHOLE: list[tuple[Change, str]] = [
    (lambda parts, manifest: manifest.clear(), "it has no manifest"),
    (with_manifest(parts=[1]), "its manifest cannot be read"),
    (with_manifest(format="1", color="red"), "its manifest cannot be read"),
    (with_manifest(kind="", database="database.sqlite3"), "bring it back by trellis restore"),
    (with_manifest(kind="x"), "This is no export of Trellis"),
    (with_manifest(format=2), "made by a newer Trellis"),
    (with_manifest(migrations={"team": "9999_later"}), "made by a newer Trellis"),
    (with_rows("quotes", {"id": ID}), "knows nothing of quotes.jsonl"),
    (with_rows("teams", TEAM | {"color": "red"}), "has a field “color” that is not known here"),
    (without("contacts.jsonl"), "it lacks contacts.jsonl"),
    (lambda parts, manifest: parts.update(more=b""), "it holds more, of which its manifest says nothing"),
    (with_part("teams.jsonl", b"{}\n", rows=1, sha256="0" * 64), "is missing"),
    (with_part("files/photo", b"pixels", sha256="0" * 64), "files/photo is not as it was"),
    (with_part("files/../../outside", b"x"), "leads out of it"),
    (with_part("/etc/trellis", b"x"), "leads out of it"),
    (with_part("files/..\\outside", b"x"), "leads out of it"),
    (with_part("files/C:/outside", b"x"), "leads out of it"),
    (with_part("files/zeros", bytes(40 << 20)), "would unpack to 42 MB out of nearly nothing"),
    (with_part("teams.jsonl", bytes(2 << 20), rows=1, bytes=10), "is not as long as its manifest says"),
    (with_rows("teams", TEAM, b'{"id": '), "teams.jsonl is not as it was"),
    (with_rows("teams", TEAM, b"[1]\n"), "teams.jsonl, line 2: is no row"),
    (with_rows("teams", TEAM | {"id": "7"}), "teams.jsonl, line 1: id must be a UUID"),
    (with_rows("teams", TEAM | {"name": None}), "name must not be null"),
    (with_rows("teams", TEAM | {"name": "x" * 81}), "name must have at most 80 characters"),
    (with_rows("teams", TEAM | {"name": 7}), "name must be text"),
    (with_rows("events", {"id": ID, "key": "x", "at": "2026-06-09T15:00:00"}), "at must be an instant"),
    (with_rows("teams", TEAM, TEAM), "lines 1 to 2: the database refuses it"),
    (with_rows("memberships", {"id": ID, "team_id": ID, "user_id": ID}), "a reference: the database refuses it"),
]


@pytest.mark.parametrize(("change", "sentence"), NOT_WHOLE, ids=[sentence for _, sentence in NOT_WHOLE])
def test_one_that_cannot_be_is_told_so(archive: Path, change: Change, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        import_everything(changed(archive, change), progress=silent)
    assert sentence in refused.value.sentence
    assert not Team.objects.exists()
    assert missing_guards() == []
    assert not (archive.parent / "outside").exists()


def test_bytes_that_are_cut_off_or_turned_are_met_with_wherever_they_are(archive: Path) -> None:
    with_teams = changed(
        archive, with_rows("teams", *(TEAM | {"id": str(new_id()), "key": f"t{n}"} for n in range(99)))
    )
    whole = with_teams.read_bytes()
    place = whole.index(b"teams.jsonl") + 40
    for body in (whole[: len(whole) // 2], b"", b"no zip", whole[:place] + bytes(20) + whole[place + 20 :]):
        with_teams.write_bytes(body)
        with pytest.raises(Refused, match="This export is not whole"):
            import_everything(with_teams, progress=silent)
        assert not Team.objects.exists()


def test_a_lead_without_its_promise_comes_in_with_nobody_else(ridgeline: Business, tmp_path: Path) -> None:
    """Read to the end, and refused by the audit."""
    ridgeline.lead()
    file = tmp_path / "tuesday.zip"
    export_everything(file, at=TUESDAY, progress=silent)
    with pytest.raises(Refused, match="in use: it has users, contacts, journeys"):
        import_everything(file, progress=silent)
    empty()

    def broken(parts: dict[str, bytes], manifest: dict[str, Any]) -> None:
        tasks = parts["tasks.jsonl"].replace(b'"status": "open"', b'"status": "done"')
        with_part("tasks.jsonl", tasks, rows=manifest["parts"]["tasks.jsonl"]["rows"])(parts, manifest)

    with pytest.raises(Refused, match=r"break a promise|the database refuses"):
        import_everything(changed(file, broken), progress=silent)
    assert not Contact.objects.exists()
    import_everything(file, progress=silent)
    assert Contact.objects.count() == 1
    assert missing_guards() == []
