"""Segments through the machine door: kept, filled, asked, changed and removed, by those who may."""

import pytest

from tests.api.conftest import Caller, problem
from tests.cast import TUESDAY, Business
from trellis.core.memory import forget
from trellis.people.actions import add_tags
from trellis.people.models import Segment
from trellis.people.segment_jobs import keep_segments
from trellis.team.models import Grant

VIP = {"field": "tags", "contains": "vip"}
MINE = {"field": "owner", "known": True}


def fill() -> None:
    while keep_segments(at=TUESDAY):
        pass
    forget()  # As two seconds later.


@pytest.fixture
def api(ridgeline: Business) -> Caller:
    return Caller("admin", by=ridgeline.maya)


def test_a_segment_is_kept_filled_asked_changed_and_removed(api: Caller, ridgeline: Business) -> None:
    ana = ridgeline.contact("Ana", "ana@example.com")
    bo = ridgeline.contact("Bo", "bo@example.com")
    add_tags(ana, ["vip"], by=ridgeline.maya, at=TUESDAY)
    made = api.post("/segments", {"name": "Very important", "condition": VIP})
    assert made.status_code == 201
    assert (made.json()["key"], made.json()["filled"]) == ("very-important", 0)
    fill()
    path = f"/segments/{made.json()['id']}"
    assert api.get(path).json() | {"size": 1, "filled": None, "condition": VIP} == api.get(path).json()
    within = {"condition": {"field": "segment", "is": "very-important"}}
    assert [one["id"] for one in api.post("/lists/contacts/search", within).json()["items"]] == [str(ana.pk)]
    api.send("PATCH", path, {"name": "Others", "condition": {"none": [VIP]}})
    fill()
    assert [(one["name"], one["size"]) for one in api.get("/segments").json()["items"]] == [("Others", 1)]
    assert [one["id"] for one in api.post("/lists/contacts/search", within).json()["items"]] == [str(bo.pk)]
    assert api.send("DELETE", path).status_code == 204
    problem(api.get(path), 404)
    assert api.get("/segments").json()["items"] == []


@pytest.mark.parametrize(
    ("told", "status", "code"),
    [
        ({"name": "", "condition": VIP}, 422, "no_name"),
        ({"name": "Taken", "condition": VIP}, 422, "name_taken"),
        ({"name": "Odd", "condition": {"field": "shoe_size", "is": "44"}}, 422, "bad_fields"),
        ({"name": "Within", "condition": {"field": "segment", "is": "taken"}}, 422, "asks_a_segment"),
        ({"name": "None"}, 422, "bad_fields"),
    ],
)
def test_what_cannot_be_kept_is_told_and_kept_nowhere(
    api: Caller, told: dict[str, object], status: int, code: str
) -> None:
    api.post("/segments", {"name": "Taken", "condition": VIP})
    problem(api.post("/segments", told), status, code)
    assert Segment.objects.count() == 1


def test_a_change_that_is_refused_in_part_changes_nothing(api: Caller) -> None:
    made = api.post("/segments", {"name": "Before", "condition": VIP}).json()
    told = {"name": "After", "condition": {"field": "shoe_size", "is": "44"}}
    problem(api.send("PATCH", f"/segments/{made['id']}", told), 422, "bad_fields")
    assert api.get(f"/segments/{made['id']}").json()["name"] == "Before"


def test_who_sees_only_their_own_leads_learns_of_no_segment_that_asks_about_all(
    api: Caller, ridgeline: Business
) -> None:
    made = api.post("/segments", {"name": "With a lead", "condition": MINE}).json()
    Grant.objects.create(role="sales", noun="journey", verb="see", reach=1)
    forget()
    sales = Caller("sales", by=ridgeline.ben)
    assert sales.get("/segments").json()["items"] == []
    problem(sales.get(f"/segments/{made['id']}"), 404)
    problem(sales.post("/segments", {"name": "Mine", "condition": MINE}), 403)


def test_a_token_of_nobody_reads_segments_and_keeps_none(ridgeline: Business, api: Caller) -> None:
    api.post("/segments", {"name": "Kept", "condition": VIP})
    machine = Caller("admin")
    assert [one["name"] for one in machine.get("/segments").json()["items"]] == ["Kept"]
    problem(machine.post("/segments", {"name": "x", "condition": VIP}), 409, "not_a_persons")
