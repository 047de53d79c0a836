"""Finding people and companies: in one order on either database, and in spite of a wrong letter."""

from datetime import timedelta

import pytest

from tests.cast import TUESDAY, Business
from trellis.people.changing import change_company, change_contact, company_named
from trellis.people.finding import INDEXES, find_companies, find_people
from trellis.people.models import Company, Contact
from trellis.people.nearly import is_slip, near_companies, near_people
from trellis.team.models import User


@pytest.fixture
def maya(ridgeline: Business) -> User:
    """Who knows some people of two companies. The first half of them is in the index by now."""
    acme = Company.objects.create(name="Acme Roof & Söhne", website="www.acme-roofs.example", created_at=TUESDAY)
    Company.objects.create(name="Northwind Traders", website="northwind.example", created_at=TUESDAY)
    people = (
        ("Renee Castillo", "renee@example.com", None),
        ("Acmena Bell", "bell@example.com", None),
        ("Gary Pike", "gary@elsewhere.example", acme),
        ("Renee Webb", "webb@elsewhere.example", acme),
        ("Tina Lacme", "tina@example.com", None),
        ("Kevin Doyle", "kevin.doyle@example.com", None),
        ("Acme", "shop@example.com", None),
    )
    for number, (name, email, company) in enumerate(people):
        contact = ridgeline.contact(name, email, f"+1501555{number:04d}")
        created_at = TUESDAY + timedelta(minutes=number)
        Contact.objects.filter(pk=contact.pk).update(company=company, created_at=created_at)
        if number == 3:
            for index in INDEXES:
                index.settle(enough=1)
    return ridgeline.maya


def names(text: str, who: User) -> list[str]:
    return [found.contact.name for found in find_people(text, who=who, limit=8)]


def test_who_is_called_just_that_comes_first_and_who_works_there_last(maya: User) -> None:
    assert names("acme", maya) == ["Acme", "Acmena Bell", "Tina Lacme", "Renee Webb", "Gary Pike"]


@pytest.mark.parametrize("text", ["sohne", "acme-roofs", "https://www.acme-roofs.example/", "ROOF & s"])
def test_people_are_found_by_their_company(maya: User, text: str) -> None:
    found = find_people(text, who=maya, limit=8)
    assert [one.contact.name for one in found] == ["Renee Webb", "Gary Pike"]
    assert {one.company and one.company.name for one in found} == {"Acme Roof & Söhne"}


@pytest.mark.parametrize(("text", "expected"), [("renee acme", ["Renee Webb"]), ("acme 0002", ["Gary Pike"])])
def test_one_word_may_be_theirs_and_the_other_the_company_s(maya: User, text: str, expected: list[str]) -> None:
    assert names(text, maya) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("roof", ["Acme Roof & Söhne"]),
        ("orthwi", ["Northwind Traders"]),
        ("http://northwind.example", ["Northwind Traders"]),
        ("traders north", ["Northwind Traders"]),
        ("example", ["Northwind Traders", "Acme Roof & Söhne"]),
        ("ac", []),
    ],
)
def test_a_company_is_found_by_any_part_of_its_name_or_website(maya: User, text: str, expected: list[str]) -> None:
    assert [company.name for company in find_companies(text, who=maya, limit=5)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("castilo", ["Renee Castillo"]),
        ("catsillo", ["Renee Castillo"]),
        ("casttillo", ["Renee Castillo"]),
        ("castillp", ["Renee Castillo"]),
        ("acstillo", ["Renee Castillo"]),
        ("casitl", ["Renee Castillo"]),
        ("rnee", ["Renee Webb", "Renee Castillo"]),
        ("renee wbeb", ["Renee Webb"]),
        ("kevni doyle", ["Kevin Doyle"]),
        ("kevin.dolye@example.com", ["Kevin Doyle"]),
        ("castxxlo", []),
        ("zebra", []),
        ("webb", []),
        ("", []),
        ("5550003", []),
        ("%_%_%", []),
    ],
)
def test_a_letter_may_be_wrong(maya: User, text: str, expected: list[str]) -> None:
    found = [contact.name for contact in near_people(text, who=maya, limit=8)]
    assert [name for name in found if name not in names(text, maya)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("renne castilo", ["Renee Castillo"]),
        ("castilo renne", ["Renee Castillo"]),
        ("kevni dolye", ["Kevin Doyle"]),
        ("gray piek", ["Gary Pike"]),
        ("acmna blel", ["Acmena Bell"]),
        ("kevni doylle", ["Kevin Doyle"]),
        ("kevni zebra", []),
        ("kevvni dolyye", []),
    ],
)
@pytest.mark.parametrize("is_settled", [False, True])
def test_a_letter_of_each_of_two_words_may_be_wrong(
    maya: User, text: str, expected: list[str], is_settled: bool
) -> None:
    for index in INDEXES if is_settled else ():
        index.settle(enough=1)
    assert [contact.name for contact in near_people(text, who=maya, limit=8)] == expected


def test_whoever_is_nearer_leaves_out_those_with_two_slips(ridgeline: Business) -> None:
    for number, name in enumerate(("Mario Gonzalez", "Maria Gonzalez", "Marla Gonzalez")):
        ridgeline.contact(name, f"{number}@example.com")
    nearest = near_people("maria gonzales", who=ridgeline.maya, limit=8)
    assert [contact.name for contact in nearest] == ["Maria Gonzalez"]


def test_many_who_begin_alike_leave_room_for_the_one_who_is_meant(ridgeline: Business) -> None:
    meant = ridgeline.contact("Jonas Petersen", "jonas@example.com")
    for number in range(150):
        ridgeline.contact(f"Jordan Petrov {number}", f"{number}@example.com")
    for index in INDEXES:
        index.settle(enough=1)
    assert near_people("jonsa petresen", who=ridgeline.maya, limit=3) == [meant]


@pytest.mark.parametrize("text", ["northwnid taders", "nrothwind tradres", "traedrs northwimd"])
def test_in_two_words_of_the_name_of_a_company_too(maya: User, text: str) -> None:
    assert [company.name for company in near_companies(text, who=maya, limit=3)] == ["Northwind Traders"]


@pytest.mark.parametrize("text", ["northwnid", "nrothwind", "nortwind", "northwind.exmaple", "trader north"])
def test_in_the_name_of_a_company_too(maya: User, text: str) -> None:
    assert [company.name for company in near_companies(text, who=maya, limit=3)] == ["Northwind Traders"]


@pytest.mark.parametrize(
    ("word", "other", "expected"),
    [
        ("abcd", "abdc", True),
        ("abcd", "abc", True),
        ("abc", "abcd", True),
        ("abcd", "abxd", True),
        ("abcd", "abcd", False),
        ("abcd", "badc", False),
        ("abcd", "cbad", False),
        ("abcd", "ab", False),
    ],
)
def test_a_slip_is_one(word: str, other: str, expected: bool) -> None:
    assert is_slip(word, other) is expected


def test_whoever_has_one_text_twice_is_found_by_it_until_both_are_changed(ridgeline: Business) -> None:
    """A company that is called like its website; a person whose name is their address."""
    company = company_named("booking.example", at=TUESDAY)
    change_company(company, {"website": "booking.example"}, by=None, at=TUESDAY)
    contact = ridgeline.contact("lin@example.com", "lin@example.com")
    for is_settled in (False, True):
        for index in INDEXES if is_settled else ():
            index.settle(enough=1)
        change_company(company, {"website": f"other{is_settled}.example"}, by=None, at=TUESDAY)
        change_contact(contact, {"name": f"Lin {is_settled}"}, by=None, at=TUESDAY)
        assert find_companies("booking.example", who=ridgeline.maya, limit=5) == [company]
        assert [found.contact for found in find_people("lin@example.com", who=ridgeline.maya, limit=5)] == [contact]
        change_company(company, {"website": "booking.example"}, by=None, at=TUESDAY)
        change_contact(contact, {"name": "lin@example.com"}, by=None, at=TUESDAY)
    change_company(company, {"name": "Zhao", "website": ""}, by=None, at=TUESDAY)
    assert find_companies("booking.example", who=ridgeline.maya, limit=5) == []


@pytest.mark.parametrize("name", ["Acme Roof & Söhne", "Studio 5", "J C Lind", "3M Roofs"])
def test_a_company_is_found_by_all_of_its_name_however_short_its_words(maya: User, name: str) -> None:
    company = company_named(name, at=TUESDAY)
    assert find_companies(name, who=maya, limit=5) == [company]
