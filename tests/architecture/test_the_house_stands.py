"""The code as it is keeps every rule of the house."""

import pytest

from tests.architecture import boundaries, plan, probes
from tests.architecture.house import ROOT, Rule

RULES: list[Rule] = [
    plan.files_follow_the_plan,
    plan.nothing_is_called_utils,
    plan.door_plates_hold_only_a_docstring,
    plan.nothing_grows_too_big,
    boundaries.templates_know_only_lower_rooms,
    boundaries.actions_know_no_http,
    boundaries.only_doors_read_the_clock,
    probes.imports_keep_the_contracts,
    probes.relations_point_down,
    probes.no_index_begins_another,
    probes.pure_modules_load_no_django,
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule: Rule) -> None:
    faults = rule(ROOT)
    assert not faults, "\n".join([rule.__doc__ or "", *map(str, faults)])
