"""Companies in their list: narrowed, sorted and changed by what is known of them, and by how many belong to them."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from tests.cast import TUESDAY, Business
from trellis.lists.queries import page as paging
from trellis.lists.tests.conftest import Lists
from trellis.people.changing import add_company, change_contact
from trellis.people.merging import merge_contacts
from trellis.people.models import Company, Contact

COMPANIES = "/lists/companies/"
KNOWN = (
    ("Acme", "acme.example", "Conway", 2),
    ("Birch", "", "Cabot", 0),
    ("Cole", "https://cole.example", "", 3),
    ("Dunn", "dunn.example", "Conway", 1),
    ("Elm", "", "", 0),
)


def asking(*rows: tuple[str, str, str], **more: str) -> str:
    told = [("match", "all"), *(pair for row in rows for pair in zip("fov", row, strict=True)), *more.items()]
    return f"{COMPANIES}?{urlencode(told)}"


@pytest.fixture
def companies(ridgeline: Business) -> None:
    """Five, and somebody of Cole who was merged into another of them."""
    for number, (name, website, place, people) in enumerate(KNOWN):
        at = TUESDAY + timedelta(minutes=number)
        told = {"name": name, "website": website, "place": place}
        company = add_company(told, by=None, at=at)
        for one in range(people):
            contact = ridgeline.contact(f"{name} {one}", f"{name.lower()}{one}@example.com")
            change_contact(contact, {"company": company}, by=None, at=at)
    again = change_contact(ridgeline.contact("Cole 0", "again@example.com"), {"company": "Cole"}, by=None, at=TUESDAY)
    merge_contacts(Contact.objects.get(points__value="cole0@example.com"), again, fields={}, by=None, at=TUESDAY)


@pytest.mark.parametrize(
    ("row", "names"),
    [
        (("people", "is", "0"), ["Birch", "Elm"]),
        (("people", "at_least", "2"), ["Acme", "Cole"]),
        (("people", "less_than", "2"), ["Birch", "Dunn", "Elm"]),
        (("website", "contains", "COLE.example"), ["Cole"]),
        (("website", "known:no", ""), ["Birch", "Elm"]),
        (("place", "is", "Conway"), ["Acme", "Dunn"]),
        (("place", "known:yes", ""), ["Acme", "Birch", "Dunn"]),
    ],
)
def test_a_filter_shows_those_of_which_it_holds(
    lists: Lists, companies: None, row: tuple[str, str, str], names: list[str]
) -> None:
    lists.open(asking(row, sort="name"))
    assert lists.names == names
    assert f"Companies {len(names)}" in lists.words


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("people", "Birch Elm Dunn Acme Cole"),
        ("-people", "Cole Acme Dunn Elm Birch"),
        ("website", "Acme Dunn Cole Birch Elm"),
        ("-website", "Cole Dunn Acme Elm Birch"),
        ("place", "Birch Acme Dunn Cole Elm"),
        ("-place", "Dunn Acme Birch Elm Cole"),
        ("-created_at", "Elm Dunn Cole Birch Acme"),
    ],
)
@pytest.mark.parametrize("page", [2, 50])
def test_the_pages_show_all_of_them_once_in_their_order(
    lists: Lists, companies: None, monkeypatch: pytest.MonkeyPatch, sort: str, names: str, page: int
) -> None:
    monkeypatch.setattr(paging, "PAGE", page)
    lists.open(asking(sort=sort))
    seen = [*lists.names]
    while lists.next_page:
        lists.open(COMPANIES + lists.next_page)
        seen += lists.names
    assert seen == names.split()


def test_the_heads_of_the_list_sort_it(lists: Lists, companies: None) -> None:
    lists.open(asking(sort="-people"))
    assert lists.sorted_by == {"People": "descending"}
    assert "sort=-people" in lists.open(COMPANIES), "The largest come first at once."


@pytest.mark.parametrize(
    ("field", "value"), [("name", "Acme Roofs"), ("website", "www.acme.example"), ("place", "Little Rock")]
)
def test_a_cell_is_changed_in_its_place_and_taken_back(lists: Lists, companies: None, field: str, value: str) -> None:
    acme = Company.objects.get(name="Acme")
    before = getattr(acme, field)
    assert f'href="/lists/companies/{acme.pk}/{field}"' in lists.open(COMPANIES) or field == "name"
    assert before in lists.open(f"/lists/companies/{acme.pk}/{field}")
    lists.send(f"/lists/companies/{acme.pk}/{field}", value=f" {value} ")
    assert lists.address == COMPANIES
    acme.refresh_from_db()
    assert getattr(acme, field) == value
    assert value in lists.page
    lists.send(lists.undo)
    acme.refresh_from_db()
    assert getattr(acme, field) == before


def test_a_company_keeps_its_name_where_none_is_typed(lists: Lists, companies: None) -> None:
    acme = Company.objects.get(name="Acme")
    lists.send(f"/lists/companies/{acme.pk}/name", value="  ")
    assert "A company has a name: write one." in lists.words
    acme.refresh_from_db()
    assert acme.name == "Acme"
