"""The page of roles: what each may do, in words and as a matrix."""

import pytest
from django.test import Client

from tests.cast import Business
from trellis.team.models import Grant
from trellis.team.permissions import reach_of
from trellis.team.roles import ALL, OWN, RIGHTS

ALL_OF_IT = {f"{noun}-{verb}": "3" for noun, verbs in RIGHTS.items() for verb in verbs}


@pytest.fixture
def admin(ridgeline: Business) -> Client:
    client = Client()
    client.force_login(ridgeline.maya)
    return client


def words(client: Client, role: str) -> str:
    return " ".join(client.get(f"/settings/roles/{role}").content.decode().split())


def test_an_admin_reads_in_words_what_a_role_may_do(admin: Client) -> None:
    said = words(admin, "support")
    assert "<dt>Leads</dt><dd>See all, add, change their own and their team’s</dd>" in said
    assert "<dt>Conversations</dt><dd>Nothing</dd>" in words(admin, "marketing")
    assert "Admins may do everything" in words(admin, "admin")


def test_an_admin_lets_a_role_reach_less_far_and_takes_it_back(admin: Client, ridgeline: Business) -> None:
    answer = admin.post("/settings/roles/sales", ALL_OF_IT | {"journey-change": "1"}, follow=True)
    assert "Sales may do this from now on." in answer.content.decode()
    assert reach_of(ridgeline.priya, "change", "journey") == OWN
    assert "change their own" in words(admin, "sales")
    undo = answer.content.decode().split("/settings/undo/")[1][:36]
    admin.post(f"/settings/undo/{undo}")
    assert reach_of(ridgeline.priya, "change", "journey") == ALL
    assert not Grant.objects.exists()


def test_what_cannot_be_chosen_changes_nothing(admin: Client) -> None:
    answer = admin.post("/settings/roles/sales", ALL_OF_IT | {"form-see": "1"})
    assert answer.status_code == 422
    assert not Grant.objects.exists()


def test_nothing_is_taken_from_admins(admin: Client) -> None:
    admin.post("/settings/roles/admin", ALL_OF_IT | {"journey-see": "0"})
    assert not Grant.objects.exists()
    assert admin.get("/settings/roles/cook").status_code == 404


def test_roles_are_for_admins(ridgeline: Business) -> None:
    client = Client()
    client.force_login(ridgeline.ben)
    assert client.get("/settings/roles/sales").status_code == 403
    assert client.post("/settings/roles/sales", ALL_OF_IT).status_code == 403
    assert "/settings/roles" not in client.get("/settings").content.decode()
