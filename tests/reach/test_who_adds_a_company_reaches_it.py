"""Whoever writes a company down reaches it before anybody belongs to it, at every door and no further than that."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.reach.conftest import Machine
from tests.reach.world import ALL, NOW, OWN, ROLES, TEAM, World
from trellis.core.sqlite.planner import tell_planner
from trellis.people.models import Company
from trellis.team.models import User

pytestmark = pytest.mark.slow
SEE, ADD, CHANGE, EXPORT = (("see", "contact"), ("add", "contact"), ("change", "contact"), ("export", "contact"))
NAME = "Zed Newman Works"


def by_hand(person: Client, machine: Machine) -> Any:
    return person.post("/companies/new", {"name": NAME})


def by_program(person: Client, machine: Machine) -> Any:
    return machine.ask("POST", "/companies", {"name": NAME})


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("add", [by_hand, by_program])
def test_it_is_found_at_every_door(world: World, person: Client, machine: Machine, add: Any, role: str) -> None:
    world.let(role, {SEE: OWN, ADD: ALL, EXPORT: OWN})
    assert add(person, machine).status_code in (201, 302)
    zed = Company.objects.get(name=NAME).pk
    doors = ("/lists/companies/?match=all", "/lists/companies/export.csv", f"/companies/{zed}/", "/find?q=zed&palette")
    for path in doors:
        assert NAME in read(person, path), path
    for path in (f"/companies/{zed}", "/companies", "/lists/companies"):
        assert NAME in machine.ask("GET", path).content.decode(), path
    ben, tom = world.office.ben, world.office.tom
    for other, reach, status in ((ben, OWN, 404), (ben, TEAM, 200), (tom, TEAM, 404)):
        world.let(role, {SEE: reach})
        User.objects.filter(pk=other.pk).update(role=role)
        theirs = Client()
        theirs.force_login(other)
        assert theirs.get(f"/companies/{zed}/").status_code == status, (other.name, reach)


def read(person: Client, path: str) -> str:
    answer: Any = person.get(path)
    return b"".join(answer.streaming_content if answer.streaming else [answer.content]).decode()


def test_whoever_may_change_their_own_merges_and_removes_what_they_added(world: World, person: Client) -> None:
    world.let("sales", {SEE: OWN, ADD: ALL, CHANGE: OWN})
    for name in (NAME, "Zed Newman Words"):
        person.post("/companies/new", {"name": name, "anyway": "1"})
    zed, other = (Company.objects.get(name=name) for name in (NAME, "Zed Newman Words"))
    assert "/lists/companies/do/set" in read(person, "/lists/companies/?match=all")
    person.post(f"/companies/{zed.pk}/merge", {"company": other.name, "which": str(other.pk)})
    assert not Company.objects.filter(pk=other.pk).exists()
    person.post(f"/companies/{zed.pk}/remove", {})
    assert not Company.objects.filter(pk=zed.pk).exists()


def test_who_has_written_a_company_down_is_found_along_an_index(world: World) -> None:
    Company.objects.bulk_create(
        Company(name=f"Works {number}", created_at=NOW, added_by=world.office.tom if number % 10 else world.asker)
        for number in range(3_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    tell_planner()
    assert "company_by_adder" in Company.objects.filter(added_by__in=[world.office.ben.pk]).explain()
