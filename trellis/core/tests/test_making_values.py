"""Frozen values that are made in one go are what the dataclass says, but for the time it takes."""

from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from trellis.core.quick import changed, quick


@quick
@dataclass(frozen=True, kw_only=True)
class Step:
    title: str
    due: int = 5
    tags: list[str] = field(default_factory=list)


@quick
@dataclass(frozen=True, kw_only=True)
class LateStep(Step):
    by: str = "nobody"


def test_a_value_has_what_it_was_given_and_its_defaults():
    assert Step(title="Call") == Step(title="Call", due=5, tags=[])
    assert repr(LateStep(title="Call", by="maya")) == "LateStep(title='Call', due=5, tags=[], by='maya')"


def test_each_value_gets_a_default_of_its_own():
    assert Step(title="Call").tags is not Step(title="Call").tags


def test_a_value_never_changes():
    with pytest.raises(FrozenInstanceError):
        Step(title="Call").due = 6  # type: ignore[misc]  # the fault under test
    assert replace(Step(title="Call"), due=6) == Step(title="Call", due=6)


def test_a_changed_copy_is_the_one_that_replace_makes():
    step = LateStep(title="Call", tags=["storm"])
    assert changed(step, due=6, by="ben") == replace(step, due=6, by="ben")
    assert step == LateStep(title="Call", tags=["storm"])


@pytest.mark.parametrize("fields", [{}, {"title": "Call", "owner": "maya"}])
def test_what_is_missing_or_not_known_is_refused(fields):
    with pytest.raises(TypeError):
        Step(**fields)
