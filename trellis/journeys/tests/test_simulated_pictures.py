"""What a simulation found, shown to people: in words, and as a picture that follows the theme."""

import os
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from trellis.journeys.simulate.drawing import TOKENS
from trellis.journeys.simulate.picture import picture
from trellis.journeys.simulate.reading import read_scenario
from trellis.journeys.simulate.report import Breaking, Report
from trellis.journeys.simulate.run import Run
from trellis.journeys.simulate.summing_up import sum_up
from trellis.journeys.simulate.words import breaking, in_words, length
from trellis.journeys.tests.playbooks import odd_playbook
from trellis.journeys.tests.sandbox import STORM

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def report() -> Report:
    return sum_up(Run(STORM, read_scenario(STORM, given={"leads": 120})).play())


def texts(svg: str) -> list[str]:
    return [one.text or "" for one in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_the_picture_shows_everybody_every_stage_and_the_promise(report: Report) -> None:
    said = texts(picture(report))
    for one in report.load:
        assert one.person in said
    for stage in report.stages:
        assert stage.title in said
        assert f"{stage.reached} leads" in said
    assert f"{report.first_response.in_promise:.0%} in the promised 5 min" in said


def test_the_picture_uses_the_colors_of_the_design_and_no_others(report: Report) -> None:
    alone, inside = picture(report), picture(report, alone=False)
    used = set(re.findall(r'(?:fill|stroke)="([^"]+)"', inside)) - {"none"}
    assert used <= {f"var(--{token})" for token in TOKENS}
    assert "<style>" not in inside
    assert alone.count("--leaf:") == 2  # Light and dark.


def test_the_picture_can_be_read_out(report: Report) -> None:
    root = ElementTree.fromstring(picture(report))
    assert root.get("role") == "img"
    assert (root.get("aria-label") or "").startswith("Storm & repair simulated: 120 leads in 30 days, ")


def test_the_picture_of_the_guide_can_be_taken(tmp_path: Path) -> None:
    """TRELLIS_PICTURES=docs/img keeps it."""
    scenario = read_scenario(STORM, given={"zone": "America/Chicago"}, staff=["front-desk=3"])
    file = Path(os.environ.get("TRELLIS_PICTURES") or tmp_path) / "simulation.svg"
    file.write_text(picture(sum_up(Run(STORM, scenario).play())))
    assert "300 leads in 30 days, simulated with seed 1" in texts(file.read_text())


@pytest.mark.parametrize("number", [number for number in range(12) if number != 10])  # That one goes in circles.
def test_any_playbook_can_be_drawn_and_told(number: int) -> None:
    playbook = odd_playbook(number)
    found = sum_up(Run(playbook, read_scenario(playbook, given={"leads": 10 * (number % 3) or 1, "days": 9})).play())
    ElementTree.fromstring(picture(found))
    assert "First response" in in_words(found)


def test_the_words_answer_each_question(report: Report) -> None:
    said = in_words(report)
    for head in ("First response", "Promises", "Touches", "Load", "Stages", "Parked or lost"):
        assert f"\n{head}\n" in said
    first = next(line for line in said.splitlines() if "in the promised 5 min" in line)
    assert f"{report.first_response.late} late" in first


def test_the_breaking_rate_is_said_with_how_sure_it_is() -> None:
    found = Breaking(promised=0.8, per_week=31.4, low=27.0, high=36.2, runs=5)
    assert breaking(found) == [
        "Up to 31 leads a week, 80% of first responses are in time (95% sure: 27 to 36, from 5 runs)."
    ]


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0 s"), (45, "45 s"), (330, "5.5 min"), (7200, "2 h"), (200_000, "2.3 days")]
)
def test_lengths_of_time_are_said_in_the_unit_that_fits(seconds: float, said: str) -> None:
    assert length(seconds) == said
