"""`trellis playbook simulate`, as somebody at a terminal uses it. It needs no database."""

import json
import os
import re
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from tests.cast import Business
from trellis.config.cli import main
from trellis.core.memory import forget
from trellis.journeys.simulate.run import Run
from trellis.journeys.tests.sandbox import PACK
from trellis.team.models import Absence

SIMULATE = ["playbook", "simulate", str(PACK)]
SMALL = [*SIMULATE, "--leads", "40", "--days", "10", "--no-search"]


def test_a_playbook_is_simulated_from_its_file(capsys: pytest.CaptureFixture) -> None:
    assert main(SMALL) == 0
    said = capsys.readouterr()
    assert said.out.startswith("Storm & repair: 40 leads in 10 days, seed 1\n")
    assert "Front desk 1:" in said.out
    assert re.match(r"40 leads: \d+%\n", said.err)


def test_a_machine_reads_json_and_nothing_else(capsys: pytest.CaptureFixture) -> None:
    assert main([*SMALL, "--seed", "7", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["leads"], said["seed"], said["stopped_early"]) == (40, 7, False)
    assert said["open"] + said["parked"] + said["closed"] == 40
    assert {len(load["busy"]) for load in said["load"]} == {168}


def test_the_search_tells_the_rate_at_which_the_promise_breaks(capsys: pytest.CaptureFixture) -> None:
    assert main([*SIMULATE, "--leads", "40", "--promise", "100", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)["breaking"]
    assert (said["per_week"], said["promised"]) == (None, 1.0)
    assert "fewer than 100%" in said["reason"]


def test_staff_and_absences_are_parameters(capsys: pytest.CaptureFixture) -> None:
    away = "Crew 1=2026-01-05..2026-01-14"
    assert main([*SMALL, "--staff", "1", "--staff", "front-desk=3", "--away", away, "--json"]) == 0
    load = {one["person"]: one for one in json.loads(capsys.readouterr().out)["load"]}
    assert list(load) == ["Front desk 1", "Front desk 2", "Front desk 3", "Estimators 1", "Crew 1", "Manager"]
    assert sum(load["Crew 1"]["there"]) == 0
    assert sum(load["Manager"]["there"]) == 72


def test_the_business_is_simulated_as_it_is(ridgeline: Business, capsys: pytest.CaptureFixture) -> None:
    at = timezone.now()
    Absence.objects.create(user=ridgeline.ben, starts_at=at - timedelta(days=2), ends_at=at + timedelta(days=30))
    forget()
    assert main([*SMALL, "--business", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    load = {one["person"]: one for one in said["load"]}
    assert list(load) == ["Maya Ortiz", "Ben Whitfield", "Priya Nair", "Tom Okafor"]
    assert sum(load["Ben Whitfield"]["there"]) == 0
    assert sum(load["Maya Ortiz"]["there"]) > 0
    assert main([*SMALL, "--business", "--staff", "3"]) == 1
    assert "leave out --staff and --away" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["scenario.yaml", "scenario.json"])
def test_a_scenario_comes_from_a_file(name: str, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    file, nobody = tmp_path / name, {"customers": {"picks_up": [0] * 24}, "work": {"writes_after_no_answer": 0}}
    file.write_text(json.dumps(nobody))
    assert main([*SMALL, "--with", str(file), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["first_response"]["in_promise"] < 0.3


def test_the_picture_is_written_where_it_was_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    file = tmp_path / "storm.svg"
    assert main([*SMALL, "--picture", str(file)]) == 0
    assert ElementTree.parse(file).getroot().tag.endswith("svg")


def test_ctrl_c_stops_and_reports_what_was_done(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    play = Run.play

    def with_an_impatient_person(run: Run, tick: Callable[[float], bool]) -> Run:
        def press_at_half(share: float) -> bool:
            if share > 0.5:
                os.kill(os.getpid(), signal.SIGINT)
            return tick(share)

        return play(run, press_at_half)

    monkeypatch.setattr(Run, "play", with_an_impatient_person)
    before = signal.getsignal(signal.SIGINT)
    assert main([*SIMULATE, "--leads", "200", "--json"]) == 130
    said = json.loads(capsys.readouterr().out)
    assert said["stopped_early"]
    assert 15 < said["days"] < 20
    assert said["breaking"] is None
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--leads", "-3"], "`leads`: input should be greater than or equal to 1."),
        (["--leads", "0"], "`leads`: input should be greater than or equal to 1."),
        (["--leads", "2000000"], "`leads`: input should be less than or equal to 1000000."),
        (["--days", "0"], "`days`: input should be greater than or equal to 1."),
        (["--days", "99999999"], "`days`: input should be less than or equal to 3660."),
        (["--seed", "-1"], "`seed`: input should be greater than or equal to 0."),
        (["--promise", "130"], "`promised`: input should be less than or equal to 1."),
        (["--promise", "nan"], "`promised`: input should be"),
        (["--staff", "many"], "“many” is no staff: write 3, or a team and a number such as front-desk=3."),
        (["--staff", "crw=2"], "This playbook has no team “crw”; did you mean `crew`?"),
        (["--staff", "0"], "“0” is no staff"),
        (["--away", "tomorrow"], "“tomorrow” is no absence: write a name and days"),
        (["--away", "Zoe=2026-01-12"], "Nobody here is called “Zoe”: there are Front desk 1,"),
        (["--away", "Crew 1=2026-01-16..2026-01-12"], "an absence ends on the day it starts, or later."),
        (["--away", "Crew 1=2026-02-31"], "`staff.4.away.0.from`: input should be a valid date"),
        (["--with", "nowhere.yaml"], "nowhere.yaml cannot be read"),
        (["--picture", "/nowhere/p.svg"], "/nowhere/p.svg cannot be written: No such file or directory."),
    ],
)
def test_what_cannot_be_simulated_is_said_in_a_sentence(
    words: list[str], says: str, capsys: pytest.CaptureFixture
) -> None:
    assert main([*SMALL, *words]) == 1
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("work: {cal: 9m}", "`work.cal` is not known in a scenario; did you mean `call`?"),
        ("work: {call: 9q}", "“9q” is not a duration"),
        ("work: {call: 0m}", "`work.call.mean`: a length of time is more than nothing."),
        ("zone: Mars", "“Mars” is not a time zone"),
        ("hours: {mon: []}", "Hours need at least one open window."),
        ("hours: {mon: [['9', '17:00']]}", "'9' is not a time of day"),
        ("staff: []", "`staff`: list should have at least 1 item"),
        ("staff: [{name: A, teams: []}, {name: A, teams: []}]", "Two people are called A"),
        ("staff: [{name: A, teams: [], role: viewer}]", "Viewers own no lead"),
        ("customers: {awake: [22, 7]}", "awake is from an hour to a later one"),
        ("arrivals: {by_day: [0, 0, 0, 0, 0, 0, 0]}", "by_day needs a weight above 0"),
        ("- a\n- b", "A scenario is a mapping"),
        ("[", "This is neither YAML nor JSON"),
        ("promised: .nan", "`promised`: input should be less than or equal to 1."),
    ],
)
def test_a_scenario_that_cannot_be_is_refused_with_the_reason(
    text: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_text(text)
    assert main([*SMALL, "--with", str(file)]) == 1
    said = capsys.readouterr().err
    assert says in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("write", "says"),
    [
        (lambda file: file.write_text("playbook: x\nstages: 7\n"), "playbook.yaml: line 2"),
        (lambda file: file.write_bytes(b"\xff\xfe\x00"), "cannot be read"),
        (lambda file: None, "cannot be read"),
        (lambda file: file.mkdir(), "cannot be read"),
    ],
    ids=["faulty", "no text", "missing", "a folder"],
)
def test_a_file_that_is_no_playbook_is_refused(
    write: Callable[[Path], Any], says: str, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    file = tmp_path / "playbook.yaml"
    write(file)
    assert main(["playbook", "simulate", str(file)]) == 1
    assert says in capsys.readouterr().err


def test_the_scenario_of_the_guide_is_one(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    guide = (Path(__file__).parents[3] / "docs" / "simulate.md").read_text()
    file = tmp_path / "scenario.yaml"
    file.write_text(guide.partition("```yaml\n")[2].partition("```")[0])
    assert main([*SMALL, "--with", str(file), "--json"]) == 0
    load = [one["person"] for one in json.loads(capsys.readouterr().out)["load"]]
    assert load == ["Maya", "Ben", "Tom"]
