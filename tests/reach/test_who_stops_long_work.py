"""Long work is paused, taken up again and taken back by whoever began it and might begin it still, at both doors."""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from django.test import Client

from tests.reach.conftest import Machine
from tests.reach.test_nobody_changes_what_is_not_theirs import taken_back
from tests.reach.world import ALL, NONE, NOW, ROLES, World
from trellis.team.models import Run, User
from trellis.team.runs import begin_run, pause_run

pytestmark = pytest.mark.slow
# What is under way, and the right that it takes.
WORK = {
    "contacts": ("change", "contact"),
    "companies": ("change", "contact"),
    "leads": ("change", "journey"),
    "import": ("import", "contact"),
}
EVERYBODY = {("see", "contact"): ALL, ("see", "journey"): ALL}
VERBS = ("pause", "resume", "undo")


def begun(world: World, work: str, by: User) -> Run:
    if work == "import":
        return begin_run(kind="import", title="Import of people.csv", given={}, by=by, at=NOW)
    given = {"listing": work, "act": "set", "asks": {}, "picked": [], "told": {}}
    return begin_run(kind="bulk", title="Change a field", given=given, by=by, at=NOW)


def doors(person: Client, machine: Machine) -> Iterator[Callable[[str], Any]]:
    yield person.post
    yield lambda path: machine.ask("POST", path)


@pytest.mark.parametrize("work", WORK)
def test_it_takes_the_right_to_begin_it_still(world: World, person: Client, machine: Machine, work: str) -> None:
    runs = {verb: begun(world, work, world.asker) for verb in VERBS}
    pause_run(runs["resume"], at=NOW)
    before = runs_now()
    for role, reach in product(ROLES, (NONE, ALL)):
        world.let(role, EVERYBODY | {WORK[work]: reach})
        for verb, send in product(VERBS, doors(person, machine)):
            with taken_back():
                answer = send(f"/runs/{runs[verb].pk}/{verb}")
                assert (answer.status_code == 403) == (reach == NONE), (role, verb, reach, answer.status_code)
                assert (runs_now() != before) == (reach == ALL), (role, verb, reach)


def runs_now() -> list[Any]:
    return list(Run.objects.order_by("pk").values_list())


@pytest.mark.parametrize("work", WORK)
def test_what_somebody_else_began_is_not_there(world: World, person: Client, machine: Machine, work: str) -> None:
    run = begun(world, work, world.office.maya)
    world.let("sales", EVERYBODY | {WORK[work]: ALL})
    for verb, send in product(VERBS, doors(person, machine)):
        assert send(f"/runs/{run.pk}/{verb}").status_code == 404


def test_the_buttons_are_there_for_whoever_may(world: World, person: Client) -> None:
    run = begun(world, "contacts", world.asker)
    for reach in (NONE, ALL):
        world.let("sales", EVERYBODY | {WORK["contacts"]: reach})
        page = person.get("/runs/").content.decode()
        assert "Change a field" in page
        assert (f"/runs/{run.pk}/pause" in page) == (f"/runs/{run.pk}/undo" in page) == (reach == ALL)
