"""Which steps are on stands in the text, on one line; everything else stays letter for letter."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from trellis.core.refusal import Refused
from trellis.journeys.lint.check import lint, lint_text
from trellis.journeys.playbook.load import load_playbook
from trellis.journeys.playbook.schema import STEPS
from trellis.journeys.playbook.steps import FIRST_STEPS
from trellis.journeys.playbook.switching import with_steps_written
from trellis.journeys.publish import pack, pack_keys

MONDAY = datetime(2026, 6, 8, 9, tzinfo=ZoneInfo("America/Chicago"))


@pytest.mark.parametrize("key", pack_keys())
def test_one_line_comes_and_goes(key: str) -> None:
    text = pack(key)
    started = with_steps_written(text, ["service", "capture", "follow_up"])
    assert set(started.splitlines()) - set(text.splitlines()) == {"steps: [capture, follow_up, service]"}
    assert load_playbook(started).steps == FIRST_STEPS
    assert with_steps_written(with_steps_written(started, ["capture"]), STEPS) == text


@pytest.mark.parametrize("key", pack_keys())
def test_a_start_with_three_steps_is_sound(key: str) -> None:
    started = load_playbook(with_steps_written(pack(key), FIRST_STEPS))
    assert [one for one in lint(started, at=MONDAY) if one.severity == "error"] == []


def test_what_is_switched_off_is_a_choice_and_the_finding_says_how_to_change_it() -> None:
    text = with_steps_written(pack("storm-and-repair"), ["capture", "follow_up"])
    [finding] = lint_text(text, at=MONDAY)
    assert (finding.code, finding.severity) == ("J6.service-off", "warning")
    assert finding.fix == "Switch on Service: add `service` under `steps`."
    assert text.splitlines()[finding.line - 1].startswith("steps:")


def test_a_step_that_there_is_not_is_refused() -> None:
    with pytest.raises(Refused, match="There is no step dancing"):
        with_steps_written(pack("retail"), ["capture", "dancing"])  # type: ignore[list-item]
