"""Lists and views through the machine door: the same grammar, the same rows, the same views as on the page."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.api.conftest import Caller, problem
from tests.cast import TUESDAY, Business
from trellis.core.ids import new_id
from trellis.lists.actions import save_view
from trellis.lists.models import SavedView
from trellis.people.actions import add_tags
from trellis.people.changing import change_contact
from trellis.people.custom import define_field, retire_field
from trellis.people.models import CustomField

MANY = [str(number) for number in range(999)]


@pytest.fixture
def people(ridgeline: Business) -> Business:
    define_field(noun="contact", label="Roof value", kind="money", by=None, at=TUESDAY)
    for number, place in enumerate(("Conway", "Cabot", "Conway", "")):
        person = ridgeline.contact(f"Person {number}", f"p{number}@example.com")
        value = {"minor": 100_000 * number, "currency": "USD"} if number else None
        change_contact(person, {"place": place, "custom.roof_value": value}, by=None, at=TUESDAY)
        add_tags(person, ["Storm"] if number % 2 else [], at=TUESDAY)
    return ridgeline


def names(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    return [row["values"]["name"] for row in response.json()["items"]]


def test_a_program_learns_what_a_list_may_be_asked(api: Caller, people: Business) -> None:
    told = {one["key"]: one for one in api.get("/lists").json()["items"]}
    assert list(told) == ["contacts", "companies", "leads", "steps"]
    fields = {field["name"]: field for field in told["contacts"]["fields"]}
    assert (fields["name"]["quick"], fields["tags"]["sortable"]) == (True, False)
    assert "at_least" in fields["custom.roof_value"]["operators"]
    assert told["leads"]["condition"] == {"field": "status", "is": "open"}


def test_a_list_is_asked_with_a_condition_columns_and_an_order(api: Caller, people: Business) -> None:
    told = {
        "condition": {
            "all": [{"field": "place", "known": True}, {"field": "custom.roof_value", "at_least": "500 USD"}]
        },
        "columns": ["place", "tags", "custom.roof_value"],
        "sort": "-custom.roof_value",
    }
    said = api.post("/lists/contacts/search", told).json()
    assert [row["values"]["name"] for row in said["items"]] == ["Person 2", "Person 1"]
    assert said["items"][1]["values"] == {
        "name": "Person 1",
        "place": "Cabot",
        "tags": ["Storm"],
        "custom.roof_value": {"minor": 100_000, "currency": "USD"},
    }
    assert (said["count"], said["sorted"], said["next"]) == (None, True, None)
    assert Caller("viewer").post("/lists/contacts/search", told).json() == said


def test_one_large_amount_is_asked_for_and_sorted_by_as_any_other(api: Caller, people: Business) -> None:
    rich = people.contact("Rich", "rich@example.com")
    change_contact(rich, {"custom.roof_value": {"minor": 2_500_000_000, "currency": "USD"}}, by=None, at=TUESDAY)
    told = {"columns": ["custom.roof_value"], "sort": "-custom.roof_value"}
    asked = {"condition": {"field": "custom.roof_value", "at_least": "2000 USD"}}
    assert names(api.post("/lists/contacts/search", told | asked)) == ["Rich", "Person 3", "Person 2"]


@pytest.mark.parametrize(
    ("key", "condition", "found"),
    [
        ("contacts", {"field": "name", "one_of": ["Person 1", *MANY]}, ["Person 1"]),
        ("contacts", {"field": "tags", "one_of": ["Storm", *MANY]}, ["Person 1", "Person 3"]),
        ("contacts", {"field": "place", "none_of": ["Conway", "", *MANY[1:]]}, ["Person 1"]),
        ("leads", {"field": "stage", "none_of": ["new", *MANY]}, []),
    ],
)
def test_a_list_is_asked_for_as_many_words_as_a_condition_may_have(
    api: Caller, people: Business, key: str, condition: dict[str, Any], found: list[str]
) -> None:
    said = api.post(f"/lists/{key}/search", {"condition": condition})
    assert said.status_code == 200, said.content
    assert sorted(row["values"].get("name", "") for row in said.json()["items"]) == found


def test_a_list_is_read_page_by_page_and_counted_only_when_asked(api: Caller, people: Business) -> None:
    first = api.get("/lists/contacts", {"sort": "name", "limit": 3, "count": True}).json()
    assert first["count"] == {"number": 4, "exact": True, "at_least": False}
    second = api.get("/lists/contacts", {"sort": "name", "limit": 3, "cursor": first["next"]})
    assert names(second) == ["Person 3"]
    assert second.json()["next"] is None


def test_beyond_ten_thousand_a_count_says_that_it_is_none(
    api: Caller, people: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trellis.lists.queries.counting.EXACT", 1)
    told = {"condition": {"field": "place", "is": "Conway"}, "count": True}
    said = api.post("/lists/contacts/search", told).json()["count"]
    assert said == {"number": 1, "exact": False, "at_least": True}


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        ({"condition": {"field": "plcae", "is": "Conway"}}, "#/condition/field"),
        ({"condition": {"all": [{"field": "heard_at", "more_than": 5}]}}, "#/condition/all/0/more_than"),
        ({"condition": {"field": "place"}}, "#/condition"),
        ({"condition": {"any": [{"field": "place", "one_of": ["x"] * 1001}]}}, "#/condition"),
        ({"columns": ["fax"]}, "#/columns"),
        ({"sort": "tags"}, "#/sort"),
        ({"view": "0197a3c2-0000-7000-8000-000000000000"}, "#/view"),
        ({"limt": 3}, "#/limt"),
    ],
)
def test_what_cannot_be_asked_is_pointed_at(api: Caller, people: Business, told: dict[str, Any], pointer: str) -> None:
    said = problem(api.post("/lists/contacts/search", told), 422, "bad_fields")
    assert [error["pointer"] for error in said["errors"]] == [pointer]


@pytest.mark.parametrize(
    "query", [{"columns": "place,fax"}, {"sort": "fax"}, {"cursor": "next"}, {"view": str(new_id())}, {"limit": 0}]
)
def test_what_cannot_be_asked_in_an_address_is_pointed_at(api: Caller, people: Business, query: dict[str, Any]) -> None:
    said = problem(api.get("/lists/contacts", query), 422)
    assert [error["parameter"] for error in said["errors"]] == list(query)


def test_more_columns_than_fit_are_left_out(api: Caller, people: Business) -> None:
    said = api.get("/lists/contacts", {"columns": ",".join(["place", "tags"] * 30)})
    assert list(said.json()["items"][0]["values"]) == ["name", "place", "tags"]


def test_a_view_whose_field_is_gone_is_not_taken_for_everything(people: Business) -> None:
    api, field = Caller("admin", by=people.maya), CustomField.objects.get()
    asks = {"condition": {"field": "custom.roof_value", "known": True}}
    view = save_view(listing="contacts", name="Valued", asks=asks, by=people.maya, at=TUESDAY)
    retire_field(field, by=None, at=TUESDAY)
    problem(api.get("/lists/contacts", {"view": str(view.pk)}), 409, "broken_view")
    bulk = {"act": "tag", "tags": ["x"], "view": str(view.pk)}
    problem(api.post("/lists/contacts/bulk", bulk), 409, "broken_view")


def test_groups_within_groups_end_somewhere(api: Caller, people: Business) -> None:
    condition: dict[str, Any] = {"field": "place", "is": "Conway"}
    for _ in range(200):
        condition = {"none": [condition]}
    problem(api.post("/lists/contacts/search", {"condition": condition}), 422)


def test_a_page_of_a_list_asks_as_much_for_fifty_as_for_one(
    api: Caller, people: Business, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    told = {"columns": ["place", "email", "tags"], "sort": "name"}
    api.post("/lists/contacts/search", told)
    for limit in (1, 50):
        with django_assert_num_queries(4):  # the token, the people, their addresses, their tags
            api.post("/lists/contacts/search", told | {"limit": limit})


def test_a_view_is_kept_read_asked_changed_and_removed(people: Business) -> None:
    api, colleague = Caller(by=people.maya), Caller(by=people.ben)
    kept = {"listing": "contacts", "name": "In Conway", "condition": {"field": "place", "is": "Conway"}, "sort": "name"}
    view = api.post("/views", kept)
    assert (view.status_code, view.json()["condition"]) == (201, kept["condition"])
    path = f"/views/{view.json()['id']}"
    assert names(api.get("/lists/contacts", {"view": view.json()["id"]})) == ["Person 0", "Person 2"]
    assert colleague.get("/views").json()["items"] == []
    problem(colleague.get(path), 404)
    problem(colleague.get("/lists/contacts", {"view": view.json()["id"]}), 422)
    changed = api.send("PATCH", path, {"shared": True, "sort": "-name"}).json()
    assert (changed["shared"], changed["name"], changed["sort"]) == (True, "In Conway", "-name")
    assert names(colleague.get("/lists/contacts", {"view": view.json()["id"]})) == ["Person 2", "Person 0"]
    problem(colleague.send("PATCH", path, {"name": "Mine"}), 403)
    problem(colleague.send("DELETE", path), 403)
    problem(api.post("/views", kept), 422, "name_taken")
    assert api.send("DELETE", path).status_code == 204
    assert not SavedView.objects.exists()


def test_a_token_of_nobody_reads_shared_views_and_keeps_none(api: Caller, people: Business) -> None:
    for name, is_shared in (("Own", False), ("Shared", True)):
        save_view(listing="leads", name=name, asks={}, is_shared=is_shared, by=people.maya, at=TUESDAY)
    assert [view["name"] for view in api.get("/views", {"listing": "leads"}).json()["items"]] == ["Shared"]
    problem(api.post("/views", {"listing": "leads", "name": "x"}), 409, "not_a_persons")
