"""`trellis export` and `trellis import` as a person and a machine meet them."""

import json
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.cast import Business
from trellis.config.cli import main
from trellis.setup.queries.history import Asked, history_page
from trellis.transfer.tests.test_taking_everything_along import empty


def test_everything_is_taken_along_by_two_commands(
    ridgeline: Business, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    ridgeline.lead()
    file = str(tmp_path / "everything.zip")
    assert main(["export", file]) == 0
    assert f"{file}: " in capsys.readouterr().out
    (taken,) = history_page(Asked(kind="exports"))[0]
    assert taken.who == "Whoever runs Trellis"
    assert taken.what.startswith("Took everything away in one file: ")
    assert main(["export", file]) == 1
    assert "is there already" in capsys.readouterr().err
    assert main(["import", file]) == 1
    assert "This installation is in use: it has users, contacts, journeys." in capsys.readouterr().err
    empty()
    assert main(["import", file, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["audit"]["open"], told["audit"]["violations"], told["files"]) == (1, 0, 0)
    assert "/invitation/" in told["links"]["maya@ridgeline.example"]
    Path(file).write_bytes(b"no zip")
    empty()
    assert main(["import", file]) == 1
    assert "This export is not whole" in capsys.readouterr().err
