"""Whoever writes somebody down reaches them, by hand or by a program, at every door and no further than that."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from tests.reach.conftest import Machine
from tests.reach.world import ALL, NOW, OWN, ROLES, TEAM, World
from trellis.core.sqlite.planner import tell_planner
from trellis.events.models import Event
from trellis.people.models import Contact
from trellis.people.queries import added_by
from trellis.team.models import User
from trellis.team.runs import begin_run

pytestmark = pytest.mark.slow
SEE, ADD = ("see", "contact"), ("add", "contact")


def by_hand(person: Client, machine: Machine) -> Any:
    return person.post("/contacts/new", {"name": "Zed Newman", "emails": "zed@example.com"})


def by_program(person: Client, machine: Machine) -> Any:
    return machine.ask("POST", "/contacts", {"name": "Zed Newman", "emails": ["zed@example.com"]})


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("add", [by_hand, by_program])
def test_they_are_found_at_every_door(world: World, person: Client, machine: Machine, add: Any, role: str) -> None:
    world.let(role, {SEE: OWN, ADD: ALL})
    assert add(person, machine).status_code in (201, 302)
    zed = Contact.objects.get(name="Zed Newman").pk
    for path in (f"/contacts/{zed}/", "/contacts/", "/lists/contacts/?match=all", "/find?q=zed+newman"):
        assert "Zed Newman" in person.get(path).content.decode(), path
    for path in (f"/contacts/{zed}", "/contacts", "/lists/contacts"):
        assert "Zed Newman" in machine.ask("GET", path).content.decode(), path
    ben, tom = world.office.ben, world.office.tom
    for other, reach, status in ((ben, OWN, 404), (ben, TEAM, 200), (tom, TEAM, 404)):
        world.let(role, {SEE: reach})
        User.objects.filter(pk=other.pk).update(role=role)
        theirs = Client()
        theirs.force_login(other)
        assert theirs.get(f"/contacts/{zed}/").status_code == status, (other.name, reach)


def test_whoever_brought_a_list_in_does_not_reach_all_of_it_by_that(world: World, person: Client) -> None:
    """They saw everybody when they did; by now they see their own."""
    run = begin_run(kind="import", title="Import of people.csv", given={}, by=world.asker, at=NOW)
    contact = world.records["stranger"].contact
    Event.objects.create(key="contact.added", at=NOW, by=world.asker, contact_id=contact.pk, run=run)
    world.let("sales", {SEE: OWN})
    assert person.get(f"/contacts/{contact.pk}/").status_code == 404


def test_whom_somebody_wrote_down_is_found_along_an_index(world: World) -> None:
    Event.objects.bulk_create(
        Event(key="contact.added", at=NOW, by=world.office.tom, contact_id=uuid4(), run=None) for _ in range(3_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    tell_planner()
    plan = added_by([world.asker.pk]).values_list("contact_id", flat=True).explain()
    assert "event_of_adding" in plan
