"""Writing playbooks out: each version as it was published, and the schema of the format."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cast import TUESDAY
from trellis.config.cli import main
from trellis.journeys.publish import pack, publish_playbook

ROUND_TRIPS = [
    lambda text: text,
    lambda text: text.replace("\n", "\r\n"),
    lambda text: text.rstrip("\n"),
    lambda text: "\ufeff" + text,
    lambda text: text + "\n\n# The end, as Zoë — 守 — wrote it 🛠\n   \n",
    lambda text: text.replace("means: Someone", "means:   Someone") + "  # trailing\t",
]


@pytest.mark.parametrize("write", ROUND_TRIPS, ids=["as it ships", "crlf", "no end", "bom", "unicode", "blanks"])
def test_what_is_exported_is_what_was_published_to_the_byte(
    db: None, tmp_path: Path, capsysbinary: pytest.CaptureFixture, write: Callable[[str], str]
) -> None:
    file = tmp_path / "storm.yaml"
    file.write_bytes(write(pack("storm-and-repair")).encode())
    assert main(["playbook", "publish", str(file)]) == 0
    capsysbinary.readouterr()
    assert main(["playbook", "export", "storm-and-repair"]) == 0
    assert capsysbinary.readouterr().out == file.read_bytes()


def test_an_old_version_can_be_exported_as_it_was(db: None, capsys: pytest.CaptureFixture) -> None:
    first = pack("storm-and-repair")
    publish_playbook(first, by=None, at=TUESDAY)
    publish_playbook(first.replace("within: 5m", "within: 6m"), by=None, at=TUESDAY)
    assert main(["playbook", "export", "storm-and-repair", "--version", "1"]) == 0
    assert capsys.readouterr().out == first
    assert main(["playbook", "export", "storm-and-repair"]) == 0
    assert "within: 6m" in capsys.readouterr().out


def test_what_cannot_be_exported_is_told(db: None, capsys: pytest.CaptureFixture) -> None:
    assert main(["playbook", "export", "storm"]) == 1
    assert "There is no playbook “storm”; there are none yet." in capsys.readouterr().err
    publish_playbook(pack("storm-and-repair"), by=None, at=TUESDAY)
    assert main(["playbook", "export", "storm-and-repair", "--version", "7"]) == 1
    assert "“storm-and-repair” has the versions 1. Choose one." in capsys.readouterr().err


def test_the_schema_is_written_for_editors(capsys: pytest.CaptureFixture) -> None:
    assert main(["playbook", "schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Trellis playbook"
