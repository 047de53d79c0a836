"""Changes of `bench/scenario_mutants.py`: whoever takes a way out of a pack is mostly told by its scenarios."""

import pytest

from bench.scenario_mutants import Mutant, document_of, mutants_of
from trellis.journeys.playbook.schema import Playbook
from trellis.journeys.publish import pack_keys


@pytest.mark.parametrize("key", pack_keys())
def test_most_ways_cannot_be_taken_out_unnoticed(key: str) -> None:
    ways = list(mutants_of("way dropped", document_of(key)))
    noticed = sum(mutant.is_noticed() for mutant in ways)
    assert noticed / len(ways) >= 0.6, [mutant.what for mutant in ways if not mutant.is_noticed()]


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
