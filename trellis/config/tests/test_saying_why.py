import json
from uuid import uuid4

import pytest

from tests.cast import Business
from trellis.config.cli import main


def test_somebody_at_the_command_line_reads_why_and_what_comes(
    ridgeline: Business, capsys: pytest.CaptureFixture[str]
) -> None:
    journey = ridgeline.lead()
    assert main(["why", str(journey.pk)]) == 0
    said = capsys.readouterr().out
    assert "Call Renee (Maya Ortiz). 5 working minutes after" in said
    assert "Renee reached out: web form" in said
    assert "did not: “Mark as priority: Water is coming in” does not apply here" in said
    assert main(["why", str(journey.pk), "--rule", "sorry", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["answer"]["sentence"].startswith("It answers to a missed call")
    assert told["reasons"] == []


def test_what_is_not_there_is_said_with_where_to_look(ridgeline: Business, capsys: pytest.CaptureFixture[str]) -> None:
    for unknown in (str(uuid4()), "zebra"):
        assert main(["why", unknown]) == 1
        assert f"There is no journey {unknown}." in capsys.readouterr().err
    assert main(["why", str(ridgeline.lead().pk), "--rule", "zebra"]) == 1
    assert "No version of “storm-and-repair” has a rule “zebra”." in capsys.readouterr().err
