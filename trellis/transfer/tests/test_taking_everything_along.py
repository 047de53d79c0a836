"""Everything out and in again: the same on either database, of one moment, and without secrets."""

import json
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from pytest_django import Settings

from tests.cast import TUESDAY, Business
from trellis.core.ids import new_id
from trellis.intake.models import RawSignal, Signal
from trellis.journeys.guards import drop_guards, install_guards, missing_guards
from trellis.people.finding import find_people
from trellis.people.models import Company, Contact
from trellis.team.actions.invitations import invitation_for, invited_by
from trellis.team.actions.tokens import create_token
from trellis.team.models import User
from trellis.transfer.archive import MANIFEST
from trellis.transfer.everything.bringing_in import import_everything
from trellis.transfer.everything.exporting import export_everything
from trellis.transfer.everything.nouns import EXCUSED, LEFT_OUT, NOUNS, untold

ROOT = Path(__file__).resolve().parents[3]
MORE_STRINGS = ROOT.parent / "shared/data/edge_strings/blns.json"
ODD = [
    "Zoë O’Neill-Ñandú",
    'a "quote" \\ and \\n',
    "line\u2028line\r\n\ttab",
    "👩‍👩‍👧‍👦 م﷽",
    "{{ 7 * 7 }}%s",
    "NULL",
    "",
]
SECRET = ("password", "secret", "sealed", "digest", "token")


def silent(done: int, whole: int) -> None:
    assert 0 <= done <= whole


def odd_strings() -> list[str]:
    more = json.loads(MORE_STRINGS.read_text()) if MORE_STRINGS.exists() else []
    return [text for text in (*ODD, *more) if "\0" not in text]


def write_much(ridgeline: Business, files: Path) -> None:
    """Two leads, a signal as it came in, an uploaded file, and what broke other software in every kind of field."""
    ridgeline.lead()
    ridgeline.lead(ridgeline.contact("Zoë", "zoe@example.com", "+15015550142"), kind="missed_call")
    odd = odd_strings()
    figures = {"big": 1e22, "none": -0.0, "small": 1.5e-7, "one": 1.0, "whole": 2**53, "nested": [{"ä": odd}]}
    company = Company.objects.create(name="O’Neill & Söhne", custom=figures, created_at=TUESDAY)
    for number, text in enumerate(odd):
        Contact.objects.create(name=text[:200], address=text, custom={text[:90]: [text]}, company=company,
                               created_at=datetime(2026, 3, 8, 1, 59, 59, number, UTC))  # fmt: skip
    signal = Signal.objects.create(reference="R1", kind="form", channel="web", source="x", received_at=TUESDAY)
    RawSignal.objects.create(signal=signal, body=bytes(range(256)))
    create_token(name="Machine", role="viewer", by=None, at=TUESDAY)
    (files / "photos").mkdir(parents=True)
    (files / "photos" / "roof ü.jpg").write_bytes(bytes(range(256)) * 100)


@pytest.fixture
def files(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


def empty() -> None:
    """As if nobody had ever been here."""
    drop_guards()
    with connection.cursor() as cursor:
        for label in ("team.ApiToken", "people.BlockKey", *(noun.label for noun in NOUNS)):
            table = apps.get_model(label)._meta.db_table
            cursor.execute(f"DELETE FROM {table}")
    connection.check_constraints()
    install_guards()


def parts_of(archive: Path) -> dict[str, Any]:
    """What its manifest says of each part, once that is what is there."""
    with ZipFile(archive) as opened:
        assert opened.testzip() is None
        parts: dict[str, Any] = json.loads(opened.read(MANIFEST))["parts"]
        return parts


def export_to(path: Path) -> dict[str, Any]:
    export_everything(path, at=TUESDAY, progress=silent)
    return parts_of(path)


def test_every_table_is_in_an_export_or_is_excused_with_a_reason() -> None:
    assert untold() == [], "Say in transfer/everything/nouns.py how a new table comes along, or why it does not."
    assert all((*EXCUSED.values(), *LEFT_OUT.values()))
    told = {f"{noun.name}.{field.attname}" for noun in NOUNS for field in noun.fields}
    assert not [name for name in told if any(word in name.partition(".")[2] for word in SECRET)]


def test_what_goes_out_comes_in_the_same(ridgeline: Business, files: Path, tmp_path: Path) -> None:
    write_much(ridgeline, files)
    before = export_to(tmp_path / "tuesday.zip")
    password = ridgeline.maya.password
    with ZipFile(tmp_path / "tuesday.zip") as archive:
        assert not [name for name in archive.namelist() if password.encode() in archive.read(name)]
    empty()
    (files / "photos" / "roof ü.jpg").unlink()

    imported = import_everything(tmp_path / "tuesday.zip", progress=silent)

    assert export_to(tmp_path / "again.zip") == before
    assert (tmp_path / "tuesday.zip").stat().st_mode & 0o077 == 0
    assert (imported.audit["open"], imported.audit["violations"], missing_guards()) == (2, 0, [])
    assert before["files/photos/roof ü.jpg"]["bytes"] == 25_600
    maya = User.objects.get(email="maya@ridgeline.example")
    assert imported.admins == [maya]
    assert not maya.has_usable_password()
    assert invited_by(invitation_for(maya)) == maya
    assert [found.contact.name for found in find_people("zoe@ex", who=maya, limit=2)] == ["Zoë"]


def export_while_others_write(path: str) -> None:
    """Somebody writes a contact down after the first part was written and before that of contacts."""
    wrote = threading.Event()

    def progress(done: int, whole: int) -> None:
        if done and not wrote.is_set():
            wrote.set()
            somebody = threading.Thread(target=write_down_another)
            somebody.start()
            somebody.join()

    before = Contact.objects.count()
    manifest = export_everything(Path(path), at=TUESDAY, progress=progress)
    assert manifest.parts["contacts.jsonl"].rows == before == Contact.objects.count() - 1


def write_down_another() -> None:
    Contact.objects.create(name="Written meanwhile", created_at=TUESDAY)
    connection.close()


def go_elsewhere(here: str, there: str, meanwhile: str) -> None:
    """What is done in a process of its own, on SQLite: tables as they are today, and everything in and out."""
    with override_settings(MIGRATION_MODULES={app.label: None for app in apps.get_app_configs()}):
        call_command("migrate", run_syncdb=True, verbosity=0)
    import_everything(Path(here), progress=silent)
    export_everything(Path(there), at=TUESDAY, progress=silent)
    export_while_others_write(meanwhile)


@pytest.mark.slow
def test_it_goes_to_another_database_and_back(ridgeline: Business, files: Path, tmp_path: Path) -> None:
    """On PostgreSQL: from there to SQLite, and from SQLite to here. While others write there."""
    write_much(ridgeline, files)
    before = export_to(tmp_path / "here.zip")
    there = {"TRELLIS_DATA": str(tmp_path / "there"), "DATABASE_URL": "", "TRELLIS_SECRET_KEY": ""}
    words = (
        f"import django; django.setup(); from {__name__} import go_elsewhere; go_elsewhere(*__import__('sys').argv[1:])"
    )
    done = subprocess.run(
        [sys.executable, "-c", words, *(str(tmp_path / name) for name in ("here.zip", "there.zip", "meanwhile.zip"))],
        cwd=ROOT,
        env=os.environ | there | {"DJANGO_SETTINGS_MODULE": "trellis.config.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert parts_of(tmp_path / "there.zip") == before
    empty()
    import_everything(tmp_path / "there.zip", progress=silent)
    assert export_to(tmp_path / "back.zip") == before


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_it_shows_one_moment_while_others_write(tmp_path: Path, files: Path) -> None:
    User.objects.create(email="maya@ridgeline.example", name="Maya", id=new_id(), created_at=TUESDAY)
    export_while_others_write(str(tmp_path / "meanwhile.zip"))
