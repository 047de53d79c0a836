"""A list is walked page by page while people go on working: whoever stays as they are is told once, never twice."""

import base64
import itertools
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.api.conftest import Caller, problem
from tests.cast import TUESDAY, Business
from trellis.core.ids import new_id
from trellis.journeys.changing import change_journey
from trellis.lists.actions import save_view
from trellis.lists.queries import page as paging
from trellis.people.changing import add_company, change_company, change_contact
from trellis.people.custom import define_field
from trellis.people.erasing import erase_contact
from trellis.people.merging import merge_contacts
from trellis.people.models import Contact

LATER = TUESDAY + timedelta(days=1)
FEW = {"field": "place", "is": "Conway"}
# What an index does not find: they are met with on the way.
MANY = {"field": "language", "known": False}
LAST_CHANGED: dict[str, Any] = {"sort": "-changed_at", "limit": 3}


@pytest.fixture
def people(ridgeline: Business) -> list[Contact]:
    """Twelve people, the first of whom was changed last; three of them never were."""
    found = [ridgeline.contact(f"P{number:02}", f"p{number}@example.com") for number in range(12)]
    for number, one in enumerate(found):
        one.place, one.changed_at = "Conway", None if number >= 9 else TUESDAY - timedelta(seconds=number)
        one.save(update_fields=["place", "changed_at"])
    return found


def ids(people: Iterable[Contact]) -> list[str]:
    return [str(one.pk) for one in people]


def walk(api: Caller, told: dict[str, Any], key: str = "contacts", between: Callable[[int], Any] = id) -> list[str]:
    """The ids of all pages; `between` is called with the number of each page before the next one is asked for."""
    found: list[str] = []
    cursor, number = "", 0
    while cursor is not None:
        if number:
            between(number)
        said = api.post(f"/lists/{key}/search", told | {"cursor": cursor})
        assert said.status_code == 200, said.content
        found += [row["id"] for row in said.json()["items"]]
        cursor, number = said.json()["next"], number + 1
    return found


@pytest.mark.parametrize("condition", [None, FEW, MANY])
@pytest.mark.parametrize("stretch", [paging.FIRST, 4])
def test_while_some_are_changed_nobody_else_is_left_out_or_told_twice(
    api: Caller, people: list[Contact], monkeypatch: pytest.MonkeyPatch, condition: Any, stretch: int
) -> None:
    """After each page the last one told is changed, one who was told before, and one whose turn is yet to come."""
    monkeypatch.setattr(paging, "FIRST", stretch)
    monkeypatch.setattr(paging, "STRETCH", stretch)
    changed: set[str] = set()

    def change(page: int) -> None:
        at = LATER + timedelta(minutes=page)
        for one in (people[3 * page - 1], people[0], people[min(3 * page + 1, 11)]):
            change_contact(one, {"job_title": f"Changed {page}"}, by=None, at=at)
            changed.add(str(one.pk))

    told = walk(api, LAST_CHANGED | {"condition": condition}, between=change)
    assert sorted(one for one in told if one not in changed) == sorted({*ids(people)} - changed)


@pytest.mark.parametrize("condition", [None, FEW])
@pytest.mark.parametrize("end", ["deleted", "erased", "merged", "moved away"])
def test_the_walk_goes_on_where_the_last_one_told_is_gone(
    api: Caller, ridgeline: Business, people: list[Contact], condition: Any, end: str
) -> None:
    def go(page: int) -> None:
        last = people[3 * page - 1]
        match end:
            case "deleted":
                last.points.all().delete()
                Contact.objects.filter(pk=last.pk).delete()
            case "erased":
                erase_contact(last, why="asked", by=ridgeline.maya, at=LATER)
            case "merged":
                merge_contacts(people[0], last, by=ridgeline.maya, at=LATER)
            case _:
                Contact.objects.filter(pk=last.pk).update(place="Benton")

    told = walk(api, LAST_CHANGED | {"condition": condition}, between=go)
    assert told == ids([*people[:9], *reversed(people[9:])])


# A value of each kind, by which a list may be sorted: alike ones, large ones, and long ones among them.
VALUES: dict[str, Sequence[Any]] = {
    "text": ["Ärger", "x" * 150, "x" * 150 + "y", "ab", "AB"],
    "number": ["0.1", "999999999999999", "-3", "0.1", "12.5"],
    "money": [{"minor": minor, "currency": code} for minor, code in ((5, "USD"), (10**15 - 1, "JPY"), (-5, "KWD"))],
    "date": ["2026-02-28", "0001-01-01", "9999-12-31", "2026-02-28"],
    "choice": ["Red", "Blue", "Red"],
    "yes_no": ["yes", "no", "yes"],
    "link": ["https://example.com/a", "https://example.com/b"],
}


def values_of(number: int) -> dict[str, Any]:
    """Every fourth has none."""
    return {
        f"custom.{kind}": None if number % 4 == 3 else values[number % len(values)] for kind, values in VALUES.items()
    }


@pytest.fixture
def everything(ridgeline: Business) -> Business:
    """Nine of each noun, with fields of every kind that a business may add."""
    for noun, kind in itertools.product(("contact", "company", "journey"), VALUES):
        choices = ["Red", "Blue"] if kind == "choice" else []
        define_field(noun=noun, label=kind.replace("_", " "), kind=kind, choices=choices, by=None, at=TUESDAY)
    for number in range(9):
        at = TUESDAY + timedelta(microseconds=number // 2)
        one = ridgeline.contact(f"Name {number // 2}", f"p{number}@example.com")
        company = add_company({"name": f"Company {number // 2}"}, by=None, at=at)
        change_company(company, {"place": "Conway" if number % 2 else ""} | values_of(number), by=None, at=at)
        text = {"place": "Conway" if number % 3 else "", "job_title": "Owner" if number % 2 else ""}
        change_contact(one, text | ({"company": company} if number % 3 else {}) | values_of(number), by=None, at=at)
        lead = ridgeline.lead(one, at=at)
        value = values_of(number)["custom.money"]
        worth = value if value and value["minor"] > 0 else None
        change_journey(lead, {"value": worth, "title": f"T{number % 2}"} | values_of(number), by=None, at=at)
    return ridgeline


OPEN = {"field": "status", "is": "open"}


@pytest.mark.parametrize(
    ("key", "condition"),
    [
        *(("contacts", None), ("contacts", FEW), ("contacts", MANY), ("companies", None)),
        *(("leads", None), ("leads", OPEN), ("steps", None), ("steps", OPEN)),
    ],
)
def test_by_whatever_a_list_is_sorted_its_pages_tell_each_once(
    api: Caller, everything: Business, key: str, condition: Any
) -> None:
    (listed,) = (one for one in api.get("/lists").json()["items"] if one["key"] == key)
    names = [field["name"] for field in listed["fields"] if field["sortable"]]
    assert len(names) >= 5
    for name, way in itertools.product(names, ("", "-")):
        told = {"sort": f"{way}{name}", "condition": condition}
        whole = walk(api, told | {"limit": 200}, key)
        assert len(whole) == len(set(whole)) >= 6
        assert walk(api, told | {"limit": len(whole) // 3}, key) == whole, f"{way}{name}"


def test_groups_are_walked_as_they_stand(api: Caller, everything: Business) -> None:
    asks = {"sort": "-changed_at", "group": "place"}
    view = save_view(listing="contacts", name="Places", asks=asks, is_shared=True, by=everything.maya, at=TUESDAY)
    told = {"view": str(view.pk)}
    assert walk(api, told | {"limit": 2}) == walk(api, told | {"limit": 200})


def cursor_of(api: Caller, told: dict[str, Any]) -> str:
    cursor: str = api.post("/lists/contacts/search", told).json()["next"]
    assert cursor
    return cursor


@pytest.mark.parametrize("other", [{"sort": "changed_at"}, {"sort": "name"}, {"sort": "-heard_at"}, {"view": True}])
def test_a_cursor_of_another_order_is_refused(
    api: Caller, ridgeline: Business, people: list[Contact], other: dict[str, Any]
) -> None:
    cursor = cursor_of(api, LAST_CHANGED)
    if "view" in other:
        asks = {"sort": "-changed_at", "group": "place"}
        view = save_view(listing="contacts", name="Places", asks=asks, is_shared=True, by=ridgeline.maya, at=TUESDAY)
        other = {"view": str(view.pk)}
    said = problem(api.post("/lists/contacts/search", LAST_CHANGED | other | {"cursor": cursor}), 422, "bad_cursor")
    assert "another order" in said["detail"]
    assert [error["pointer"] for error in said["errors"]] == ["#/cursor"]


def test_a_cursor_cannot_be_made_up_or_changed(api: Caller, people: list[Contact]) -> None:
    cursor = cursor_of(api, LAST_CHANGED)
    place = base64.urlsafe_b64encode(json.dumps(["-changed_at", "", "", None, str(new_id())]).encode()).decode()
    for wrong in (cursor[:-9] + "A" * 9, cursor[:40], place, str(people[2].pk), "nobody", "\ud800", "é", "\x00"):
        said = problem(api.post("/lists/contacts/search", LAST_CHANGED | {"cursor": wrong}), 422)
        assert said["errors"][0]["pointer"] == "#/cursor"


def test_a_cursor_shows_nothing_of_whoever_stands_there(api: Caller, people: list[Contact]) -> None:
    Contact.objects.update(name="Quilliana")
    cursor = cursor_of(api, {"sort": "name", "limit": 3})
    assert b"quilliana" not in base64.urlsafe_b64decode(cursor).lower()


def test_the_longest_names_are_walked_too(api: Caller, ridgeline: Business, people: list[Contact]) -> None:
    Contact.objects.update(name="🏠" * 200)
    asks = {"sort": "-name", "group": "name"}
    view = save_view(listing="contacts", name="Names", asks=asks, is_shared=True, by=ridgeline.maya, at=TUESDAY)
    assert len(set(walk(api, {"view": str(view.pk), "limit": 5}))) == 12


def test_a_walk_goes_on_in_the_order_in_which_it_began(
    api: Caller, people: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It began in the usual order, as too many matched, and of those some are gone meanwhile."""
    monkeypatch.setattr(paging, "SORTABLE", 11)

    def go(page: int) -> None:
        Contact.objects.filter(pk=people[11].pk).update(taken_back_at=LATER)

    assert walk(api, {"sort": "changed_at", "limit": 3}, between=go) == ids(reversed(people))


def test_a_walk_goes_on_where_more_came_in_meanwhile_than_it_would_have_been_begun_with(
    api: Caller, ridgeline: Business, people: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "SORTABLE", 12)

    def come(page: int) -> None:
        ridgeline.contact(f"New {page}", f"new{page}@example.com")

    told = walk(api, LAST_CHANGED, between=come)
    assert [one for one in told if one in ids(people)] == ids([*people[:9], *reversed(people[9:])])


def test_where_far_too_many_came_to_go_on_the_walk_says_so(
    api: Caller, people: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    cursor = cursor_of(api, LAST_CHANGED)
    monkeypatch.setattr(paging, "SORTABLE", 2)
    said = problem(api.post("/lists/contacts/search", LAST_CHANGED | {"cursor": cursor}), 422, "bad_cursor")
    assert "another order" in said["detail"]


@pytest.mark.parametrize("condition", [None, FEW])
def test_a_later_page_asks_no_more_than_the_first(
    api: Caller, people: list[Contact], django_assert_max_num_queries: DjangoAssertNumQueries, condition: Any
) -> None:
    told = LAST_CHANGED | {"condition": condition, "columns": ["place"]}
    cursor = cursor_of(api, told)
    with django_assert_max_num_queries(4):  # the token, whether they are few or can be sorted, the page
        api.post("/lists/contacts/search", told | {"cursor": cursor})
