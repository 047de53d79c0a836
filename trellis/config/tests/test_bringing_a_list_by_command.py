"""`trellis import people.csv` as a person and a machine meet it."""

import json
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.cast import Business
from trellis.config.cli import main
from trellis.people.models import Contact, ContactPoint
from trellis.transfer.models import Import

MAYA = ("--by", "maya@ridgeline.example")


@pytest.fixture
def file(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    path = tmp_path / "people.csv"
    path.write_text("Name,Email,City\nAna Ruiz,ana@example.com,Conway\nRenee,renee@example.com,Cabot\nBo,nope,\n")
    return path


def test_a_list_comes_in_by_one_command(ridgeline: Business, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    renee = ridgeline.contact()
    assert main(["import", str(file), *MAYA]) == 1, "A row could not be read."
    assert "people.csv: 1 added, 1 changed, 1 could not be read. The rows to mend" in capsys.readouterr().out
    assert ContactPoint.objects.get(value="ana@example.com").contact.place == "Conway"
    renee.refresh_from_db()
    assert (renee.name, renee.place) == ("Renee Castillo", "Cabot")
    file.write_text("Name,Email\nAna Ruiz,ana@example.com\n")
    assert main(["import", str(file), *MAYA, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["counts"] == {"same": 1}


def test_a_preview_says_what_would_be_and_leaves_nothing(
    ridgeline: Business, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", str(file), *MAYA, "--preview"]) == 0
    told = capsys.readouterr().out
    assert "City -> place" in told
    assert "Of 3 rows: 2 added, 1 could not be read." in told
    assert not Contact.objects.exists()
    assert not Import.objects.exists()
    assert not list((file.parent / "files" / "imports").iterdir())


def test_letters_in_doubt_are_asked_about_and_then_read_as_said(
    ridgeline: Business, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_bytes("Name,Email\nZoë Å,zoe@example.com\n".encode("cp1252"))
    assert main(["import", str(file), *MAYA]) == 1
    assert "Add --as-read if it is to be read so, or --encoding with one of " in capsys.readouterr().err
    assert main(["import", str(file), *MAYA, "--encoding", "klingon"]) == 1
    assert "It cannot be read as klingon: leave that out, or --encoding with one of " in capsys.readouterr().err
    assert not Import.objects.exists()
    assert main(["import", str(file), *MAYA, "--encoding", "cp1252"]) == 0
    assert Contact.objects.get().name == "Zoë Å"


def test_what_else_is_in_doubt_is_read_as_it_was_understood(
    ridgeline: Business, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text("Name;Email,Phone\nAna;ana@example.com,501\nBo;bo@example.com,502\n")
    assert main(["import", str(file), *MAYA]) == 1
    assert "Add --as-read" in capsys.readouterr().err
    assert not Import.objects.exists()
    assert main(["import", str(file), *MAYA, "--as-read"]) in (0, 1)
    assert "Add --as-read" not in capsys.readouterr().err


def test_days_that_may_be_read_in_two_ways_are_read_as_said(
    ridgeline: Business, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text("Name,Email,Birthday\nAna,ana@example.com,03/04/1980\nBo,bo@example.com,05/06/1981\n")
    assert main(["import", str(file), *MAYA]) == 1
    assert "Say how its days are written" in capsys.readouterr().err
    assert not Import.objects.exists()
    assert main(["import", str(file), *MAYA, "--dates", "dmy"]) == 0
    assert "2 added" in capsys.readouterr().out


@pytest.mark.parametrize("by", [("--by", "nobody@example.com"), ("--by", "ben@ridgeline.example")])
def test_somebody_who_may_brings_it(
    ridgeline: Business, file: Path, capsys: pytest.CaptureFixture[str], by: tuple[str, str]
) -> None:
    ridgeline.ben.role = "viewer"
    ridgeline.ben.save()
    assert main(["import", str(file), *by]) == 1
    assert "Say who brings it" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_said(ridgeline: Business, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(file.with_name("gone.csv")), *MAYA]) == 1
    assert "gone.csv cannot be read" in capsys.readouterr().err
