"""A list is taken away as it stands: its filter, its columns, every row, and nothing that a spreadsheet would run."""

import csv
import io

import openpyxl
import pytest

from tests.cast import Business
from trellis.lists import exporting
from trellis.lists.tests.conftest import Lists
from trellis.people.models import Contact


def read(lists: Lists, address: str) -> list[list[str]]:
    response = lists.client.get(address)
    told = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(told)))


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


@pytest.mark.parametrize("evil", ['=cmd|"/C calc"!A0', "@SUM(1)", "+1+cmd", "-2+3+cmd", "\t=1"])
def test_no_cell_is_a_formula(lists: Lists, ridgeline: Business, evil: str) -> None:
    one = ridgeline.contact("Ana", "ana@example.com")
    Contact.objects.filter(pk=one.pk).update(place=evil)
    (_, (_, cell)) = read(lists, "/lists/contacts/export.csv?columns=name,place")
    assert cell == f"'{evil}"
    response = lists.client.get("/lists/contacts/export.xlsx?columns=name,place")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    found = book.active["B2"]
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
