"""A sample of the defects of `bench/defects.py`: each is found, each story is true, and sound playbooks stay clean."""

import pytest

from bench.defects import AT, mutants, valid
from bench.mutants import DEFECTS
from bench.witness import is_true
from trellis.journeys.lint.check import lint
from trellis.journeys.lint.codes import CODES

# The text is no playbook, more could happen than was looked at, or a step was switched off: no defect of a rule.
NOT_SEEDED = {"J0.unreadable", "J0.not-searched", "J6.service-off"}


@pytest.mark.parametrize("code", DEFECTS)
def test_a_seeded_defect_is_found_and_its_story_ends_as_badly_as_it_says(code: str) -> None:
    for mutant in mutants(code, 1):
        findings = mutant.lint()
        assert code in {finding.code for finding in findings}, mutant.what
        for finding in findings:
            assert is_true(finding, mutant.playbook, mutant.roster), f"{mutant.what}: {finding} {finding.path}"


def test_every_code_has_its_defects() -> None:
    assert set(DEFECTS) == set(CODES) - NOT_SEEDED


def test_nothing_is_said_of_sound_playbooks() -> None:
    assert [f"{name}: {finding}" for name, playbook in valid(12) for finding in lint(playbook, at=AT)] == []
