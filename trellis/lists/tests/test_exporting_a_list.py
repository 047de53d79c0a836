"""A list is taken away as it stands: its filter, its columns, every row, and nothing that a spreadsheet would run."""

import csv
import io
import re
from typing import Any

import openpyxl
import pytest

from tests.cast import Business
from trellis.core.memory import forget
from trellis.journeys.actions import assign_journey
from trellis.lists import exporting
from trellis.lists.tests.conftest import Lists
from trellis.people.changing import change_contact
from trellis.people.models import Contact
from trellis.team.models import Grant, User
from trellis.team.roles import Reach


def read(lists: Lists, address: str, **posted: Any) -> list[list[str]]:
    response = lists.client.post(address, posted) if posted else lists.client.get(address)
    told = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(told)))


def book_of(response: Any) -> Any:
    return openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active


def test_a_file_has_what_the_list_finds_with_its_columns(
    lists: Lists, ridgeline: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "CHUNK", 2)
    for number in range(5):
        ridgeline.contact(f"Ana {number}", f"ana{number}@example.com", f"+1501555010{number}")
    ridgeline.contact("Bo", "bo@example.com")
    rows = read(lists, "/lists/contacts/export.csv?match=all&f=name&o=contains&v=ana&columns=name,email,phone")
    assert rows[0] == ["Name", "Email", "Phone"]
    assert rows[1:] == [[f"Ana {n}", f"ana{n}@example.com", f"+1501555010{n}"] for n in reversed(range(5))], (
        "The newest first."
    )


def test_a_file_in_another_order_than_was_asked_says_so_on_the_next_page_and_not_within(
    lists: Lists, ridgeline: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        ridgeline.contact(f"Ana {number}", f"ana{number}@example.com")
    asked = "/lists/contacts/export.csv?sort=place&columns=name"
    read(lists, asked)
    lists.open("/lists/contacts/")
    assert ".csv stands" not in lists.words
    monkeypatch.setattr("trellis.lists.queries.page.SORTABLE", 2)
    assert read(lists, asked) == [["Name"], *([f"Ana {n}"] for n in reversed(range(3)))]
    lists.open("/lists/contacts/")
    assert "contacts-2026-06-09.csv stands in the usual order: more than 10,000 match" in lists.words
    lists.open("/lists/contacts/")
    assert ".csv stands" not in lists.words, "It is said once."


@pytest.mark.parametrize("evil", ['=cmd|"/C calc"!A0', "@SUM(1)", "+1+cmd", "-2+3+cmd", "\t=1"])
def test_no_cell_is_a_formula(lists: Lists, ridgeline: Business, evil: str) -> None:
    one = ridgeline.contact("Ana", "ana@example.com")
    Contact.objects.filter(pk=one.pk).update(place=evil)
    (_, (_, cell)) = read(lists, "/lists/contacts/export.csv?columns=name,place")
    assert cell == f"'{evil}"
    response = lists.client.get("/lists/contacts/export.xlsx?columns=name,place")
    found = book_of(response)["B2"]
    assert (found.data_type, found.value) == ("s", evil)


def test_a_workbook_too_large_is_refused_with_what_to_do(
    lists: Lists, ridgeline: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "MOST_IN_A_WORKBOOK", 0)
    ridgeline.contact("Ana", "ana@example.com")
    lists.open("/lists/contacts/export.xlsx")
    assert "Take it as CSV" in lists.words


def test_a_viewer_takes_nothing_away(lists: Lists, ridgeline: Business) -> None:
    type(ridgeline.tom).objects.filter(pk=ridgeline.tom.pk).update(role="viewer")
    lists.log_in(type(ridgeline.tom).objects.get(pk=ridgeline.tom.pk))
    assert lists.client.get("/lists/contacts/export.csv").status_code == 403


QUERY = "sort=-name&columns=name,email"


def test_what_was_picked_is_taken_in_the_order_of_the_list_with_its_columns(lists: Lists, ridgeline: Business) -> None:
    ana, _, cy = (ridgeline.contact(name, f"{name.lower()}@example.com") for name in ("Ana", "Bo", "Cy"))
    picked = [str(ana.pk), str(cy.pk), "not-an-id"]
    rows = read(lists, "/lists/contacts/export.csv", pick=picked, query=QUERY)
    assert rows == [["Name", "Email"], ["Cy", "cy@example.com"], ["Ana", "ana@example.com"]]
    response = lists.client.post("/lists/contacts/export.xlsx", {"pick": picked, "query": QUERY})
    assert [row[0] for row in book_of(response).iter_rows(values_only=True)] == ["Name", "Cy", "Ana"]


def test_all_that_match_are_taken_where_all_are_meant(lists: Lists, ridgeline: Business) -> None:
    ana, *_ = (ridgeline.contact(name, f"{name.lower()}@example.com") for name in ("Ana", "Anabel", "Cy"))
    query = f"match=all&f=name&o=contains&v=ana&{QUERY}"
    rows = read(lists, "/lists/contacts/export.csv", pick=[str(ana.pk)], whole="1", query=query)
    assert [name for name, _ in rows[1:]] == ["Anabel", "Ana"]


@pytest.mark.parametrize("key", ["contacts", "companies", "leads", "steps"])
def test_of_every_list_rows_can_be_picked_and_taken(lists: Lists, ridgeline: Business, key: str) -> None:
    ana = ridgeline.contact("Ana", "ana@example.com")
    ridgeline.lead(change_contact(ana, {"company": "Ana Works"}, by=None, at=lists.at))
    page = lists.open(f"/lists/{key}/")
    assert f'formaction="/lists/{key}/export.csv"' in page
    picked = re.findall(r'name="pick" value="([^"]+)"', page)
    assert len(read(lists, f"/lists/{key}/export.csv", pick=picked, query="")) == 1 + len(picked) > 1


def test_nobody_is_taken_where_nobody_is_picked(lists: Lists, ridgeline: Business) -> None:
    ridgeline.contact("Ana", "ana@example.com")
    lists.send("/lists/contacts/export.csv", query=QUERY)
    assert "Nothing is selected" in lists.words


def test_who_may_export_alone_picks_rows_and_takes_those_that_they_reach(lists: Lists, ridgeline: Business) -> None:
    hers, other = (ridgeline.contact(name, f"{name.lower()}@example.com") for name in ("Hers", "Other"))
    for one, owner in ((hers, ridgeline.tom), (other, ridgeline.ben)):
        assign_journey(ridgeline.lead(one), owner=owner, by=ridgeline.maya, at=lists.at)
    User.objects.filter(pk=ridgeline.tom.pk).update(role="viewer")
    Grant.objects.create(role="viewer", noun="contact", verb="export", reach=Reach.OWN)
    forget()
    lists.log_in(User.objects.get(pk=ridgeline.tom.pk))
    page = lists.open("/lists/contacts/")
    assert "Select Hers" in page
    assert "/lists/contacts/do/" not in page
    rows = read(lists, "/lists/contacts/export.csv", pick=[str(hers.pk), str(other.pk)], query=QUERY)
    assert [name for name, _ in rows[1:]] == ["Hers"]
    Grant.objects.all().delete()
    forget()
    assert "Select Hers" not in lists.open("/lists/contacts/")
    assert lists.client.post("/lists/contacts/export.csv", {"pick": [str(hers.pk)]}).status_code == 403
