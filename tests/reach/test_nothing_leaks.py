"""For every noun, role and reach: through every door comes what is in reach, and nothing else."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from django.test import Client

from tests.reach.conftest import Machine, all_that_is_told, words_of
from tests.reach.doors import API_TELLS, TELLS, address
from tests.reach.world import ALL, NONE, OWN, ROLES, ROW_NOUNS, TEAM, WHOSE, Theirs, World, word
from trellis.team.roles import Role, by_default

pytestmark = pytest.mark.slow


def told_in_vain(world: World, told: dict[str, str]) -> list[tuple[str, str]]:
    """Words of what is out of reach, and where they were read."""
    return [
        (word(noun, whose), path)
        for noun in ROW_NOUNS
        for whose in WHOSE
        if not world.covers("see", noun, whose)
        for path, said in told.items()
        if word(noun, whose).lower() in said.lower()
    ]


def kept_back(world: World, told: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Words of what is in reach that were not read where they belong."""
    for noun in ROW_NOUNS:
        for prefix, tells in (("", TELLS), ("api ", API_TELLS)):
            for path, others in tells[noun].items():
                for whose, theirs in world.records.items():
                    if all(world.covers("see", one, whose) for one in (noun, *others)):
                        where = prefix + address(path, theirs)
                        if word(noun, whose).lower() not in told[where].lower():
                            yield word(noun, whose), where


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("noun", ROW_NOUNS)
def test_who_reaches_so_far_is_told_just_that(
    world: World, person: Client, machine: Machine, noun: str, role: str
) -> None:
    """The pages of the set-up, which know nothing of roles but what these reach, are asked as one of them."""
    for reach in (NONE, OWN, TEAM, ALL):
        if reach == by_default(role, "see", noun):
            continue  # Told below, of all nouns at once.
        world.let(role, {("see", noun): reach})
        told = all_that_is_told(world, person, machine, pages=role == Role.SALES)
        assert told_in_vain(world, told) == [], (role, noun, reach)
        assert list(kept_back(world, told)) == [], (role, noun, reach)


PICKED: list[tuple[str, Callable[[Theirs], UUID]]] = [
    ("contacts", lambda theirs: theirs.contact.pk),
    ("companies", lambda theirs: theirs.company),
    ("companies", lambda theirs: theirs.alone),
    ("leads", lambda theirs: theirs.journey.pk),
    ("steps", lambda theirs: theirs.task),
]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("key", "pick"), PICKED)
def test_of_what_is_picked_only_that_is_taken_which_one_may_take(
    world: World, person: Client, key: str, pick: Callable[[Theirs], UUID], role: str
) -> None:
    picked = [str(pick(theirs)) for theirs in world.records.values()]
    for reach in (NONE, OWN, TEAM, ALL):
        world.let(role, {("see", "contact"): ALL, ("see", "journey"): ALL, ("export", "contact"): reach})
        path = f"/lists/{key}/export.csv"
        answer = person.post(path, {"pick": picked, "query": ""})
        assert (answer.status_code == 403) == (reach == NONE), (key, reach)
        told = "" if reach == NONE else words_of(path, answer).lower()
        noun = "journey" if key in ("leads", "steps") else "contact"
        for whose in WHOSE:
            assert (word(noun, whose).lower() in told) == world.covers("export", "contact", whose), (key, reach, whose)


@pytest.mark.parametrize("role", ROLES)
def test_by_default_nothing_more_is_told_than_the_table_says(
    world: World, person: Client, machine: Machine, role: str
) -> None:
    world.let(role, {})
    told = all_that_is_told(world, person, machine)
    assert told_in_vain(world, told) == []
    assert list(kept_back(world, told)) == []


def test_an_admin_is_told_everything(world: World, person: Client, machine: Machine) -> None:
    world.let(Role.ADMIN, {})
    assert list(kept_back(world, all_that_is_told(world, person, machine))) == []


def test_a_machine_that_nobody_made_has_nothing_of_its_own(world: World, person: Client, machine: Machine) -> None:
    world.let("sales", {("see", "contact"): TEAM})
    type(world.token).objects.update(created_by=None)
    told = all_that_is_told(world, person, machine)
    assert not [path for path, said in told.items() if path.startswith("api ") and "xq" in said.lower()]
