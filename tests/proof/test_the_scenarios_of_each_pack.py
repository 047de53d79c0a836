"""A sample of the changes of `bench/scenario_mutants.py`: whoever changes a pack is mostly told by its scenarios."""

import pytest

from bench.scenario_mutants import Mutant, document_of, mutants_of, score
from trellis.journeys.playbook.schema import Playbook
from trellis.journeys.publish import pack_keys


@pytest.mark.parametrize("key", pack_keys())
def test_two_in_five_changes_of_a_sample_are_noticed(key: str) -> None:
    found = score(key, each=4)
    assert found.share >= 0.4, found.survivors


def test_a_pack_as_it_ships_is_not_taken_for_changed() -> None:
    for key in pack_keys():
        assert not Mutant("none", "nothing", Playbook.model_validate(document_of(key))).is_noticed()


def test_each_change_is_made_by_itself() -> None:
    document = document_of("clinic")
    one, other, *_ = mutants_of("way dropped", document)
    whole = Playbook.model_validate(document)
    for mutant in (one, other):
        left = {id for id, place in whole.places.items() if id not in mutant.playbook.places}
        assert left == {mutant.what}
