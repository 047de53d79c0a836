"""What can be done to many is offered to whoever may do it, and refused to everybody else at both doors."""

import pytest
from django.test import Client

from tests.reach.conftest import Machine
from tests.reach.world import ALL, NONE, World
from trellis.lists.bulk import ACTS
from trellis.lists.listing import listings
from trellis.team.models import Run

RIGHTS = (("change", "contact"), ("change", "journey"))


@pytest.mark.parametrize("key", ACTS)
@pytest.mark.parametrize("noun", ["contact", "journey"])
def test_an_act_on_many_is_for_whoever_may_change_what_it_changes(
    world: World, person: Client, machine: Machine, key: str, noun: str
) -> None:
    world.let("sales", {right: ALL if right[1] == noun else NONE for right in RIGHTS})
    page = person.get(f"/lists/{key}/?match=all").content.decode()
    for act in ACTS[key]:
        is_theirs = act.noun_in(listings()[key]) == noun
        path = f"/lists/{key}/do/{act.key}"
        assert (f'formaction="{path}"' in page) == is_theirs or act.asks == "field", act.key
        assert (person.get(path).status_code == 403) != is_theirs, act.key
        told = {"act": act.key, "condition": None, "dry_run": True}
        assert (machine.ask("POST", f"/lists/{key}/bulk", told).status_code == 403) != is_theirs, act.key
    assert ("/contacts/merge" in page) == (key == "contacts" and noun == "contact")
    assert not Run.objects.exists()
