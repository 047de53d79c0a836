"""What rests encrypted is read by this installation and by nobody else."""

import pytest
from pytest_django import Settings

from trellis.core.sealing import Unreadable, seal, unseal

SECRET = {"password": "p@ss/wörd", "port": 587}


def test_what_was_sealed_is_read_again() -> None:
    assert unseal(seal(SECRET)) == SECRET


def test_nothing_of_it_can_be_read_where_it_rests() -> None:
    sealed = seal(SECRET)
    assert "p@ss" not in sealed
    assert "password" not in sealed
    assert seal(SECRET) != sealed


def test_another_key_reads_nothing(settings: Settings) -> None:
    sealed = seal(SECRET)
    settings.SECRET_KEY = "another one altogether"
    with pytest.raises(Unreadable):
        unseal(sealed)


def test_a_key_that_was_changed_still_reads_what_it_sealed(settings: Settings) -> None:
    sealed = seal(SECRET)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new one"
    assert unseal(sealed) == SECRET


@pytest.mark.parametrize("changed", ["", "nonsense", "gAAAAABm", "ü"])
def test_what_is_no_seal_is_said_so(changed: str) -> None:
    with pytest.raises(Unreadable):
        unseal(changed)
