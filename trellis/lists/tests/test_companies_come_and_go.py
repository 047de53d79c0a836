"""A company is written down by hand, made one with another, and removed; all of it can be taken back."""

import pytest

from tests.cast import TUESDAY, Business
from trellis.core.memory import forget
from trellis.core.refusal import Refused
from trellis.events.models import Event
from trellis.journeys.actions import assign_journey
from trellis.lists.tests.conftest import Lists
from trellis.people.changing import add_company, change_company, change_contact
from trellis.people.companies import merge_companies
from trellis.people.custom import define_field
from trellis.people.matching_companies import bare, host_of
from trellis.people.models import Company, Contact
from trellis.team.models import Grant


@pytest.fixture
def bakery(ridgeline: Business) -> Company:
    for name in ("Renee Castillo", "Ann Lee"):
        contact = ridgeline.contact(name, f"{name[:3].lower()}@example.com")
        change_contact(contact, {"company": "Castillo Bakery"}, by=None, at=TUESDAY)
    return Company.objects.get()


@pytest.fixture
def twin(ridgeline: Business, bakery: Company) -> Company:
    """The same again, as another file wrote it, with one of its people."""
    tasha = ridgeline.contact("Tasha Greer", "tasha@example.com")
    change_contact(tasha, {"company": "Castillo Bakery, Inc."}, by=None, at=TUESDAY)
    twin = Company.objects.get(name="Castillo Bakery, Inc.")
    return change_company(twin, {"website": "bakery.example", "place": "Conway"}, by=None, at=TUESDAY)


def people_of(company: Company) -> list[str]:
    return sorted(Contact.objects.filter(company=company).values_list("name", flat=True))


def test_a_company_is_written_down_with_all_that_is_known_of_it(lists: Lists, ridgeline: Business) -> None:
    define_field(noun="company", label="Branch", kind="text", by=None, at=TUESDAY)
    assert "/companies/new" in lists.open("/lists/companies/")
    lists.send(
        "/companies/new", name=" Lind  and Sons ", website="lind.example", place="Cabot", **{"custom.branch": "Roofs"}
    )
    company = Company.objects.get()
    assert lists.address == f"/companies/{company.pk}/"
    assert (company.name, company.website, company.place) == ("Lind and Sons", "lind.example", "Cabot")
    assert company.custom == {"branch": "Roofs"}
    lists.send(lists.undo)
    assert not Company.objects.exists()


def test_a_company_without_a_name_is_refused_where_it_is_typed(lists: Lists) -> None:
    lists.send("/companies/new", name=" ", website="lind.example")
    assert "A company has a name: write one." in lists.words
    assert lists.status == 422


@pytest.mark.parametrize("name", ["castillo bakery", "Castillo Bakery LLC", "Castilo Bakery"])
def test_one_that_is_likely_here_is_named_before_it_is_written_down_again(
    lists: Lists, bakery: Company, name: str
) -> None:
    lists.send("/companies/new", name=name)
    assert "This looks like a company we know" in lists.words
    assert "Castillo Bakery · 2 people" in lists.words
    assert f"/companies/{bakery.pk}/" in lists.page
    lists.send("/companies/new", name=name, anyway="1")
    assert Company.objects.count() == 2


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"name": "Lind", "website": "https://www.Bakery.example/about"}, "Has the same website"),
        ({"name": "Castillo Bakery GmbH", "website": "bakery.example"}, "Has the same name and website"),
        ({"name": "Castillo Bakery GmbH", "website": "lind.example"}, "Has the same name"),
        ({"name": "Castilo", "website": ""}, "Has a similar name"),
    ],
)
def test_why_one_is_likely_here_is_said(lists: Lists, twin: Company, typed: dict[str, str], why: str) -> None:
    Company.objects.exclude(pk=twin.pk).delete()
    lists.send("/companies/new", **typed)
    assert f"Castillo Bakery, Inc. · Conway · 1 person {why} " in lists.words
    assert Company.objects.get() == twin


@pytest.mark.parametrize(
    "typed",
    [{"name": "Castle"}, {"name": "Baker"}, {"name": "Lind", "website": "mybakery.example"}],
)
def test_what_is_only_written_alike_is_another(lists: Lists, twin: Company, typed: dict[str, str]) -> None:
    lists.send("/companies/new", **typed)
    assert Company.objects.filter(name=typed["name"]).exists()


def test_a_host_where_many_are_says_nothing_of_any(lists: Lists, ridgeline: Business) -> None:
    for number in range(7):
        add_company({"name": f"Shop {number}", "website": f"social.example/{number}"}, by=None, at=TUESDAY)
    lists.send("/companies/new", name="Lind", website="social.example/lind")
    assert Company.objects.filter(name="Lind").exists()


def test_two_that_are_one_are_merged_and_parted_again(
    lists: Lists, ridgeline: Business, bakery: Company, twin: Company
) -> None:
    page = lists.open(f"/companies/{bakery.pk}/merge")
    assert "Castillo Bakery, Inc. · Conway · 1 person" in page
    lists.send(f"/companies/{bakery.pk}/merge", company="Castillo Bakery", which=str(twin.pk))
    assert lists.address == f"/companies/{bakery.pk}/"
    assert people_of(bakery) == ["Ann Lee", "Renee Castillo", "Tasha Greer"]
    bakery.refresh_from_db()
    assert (bakery.name, bakery.website, bakery.place) == ("Castillo Bakery", "bakery.example", "Conway")
    assert list(Company.objects.all()) == [bakery]
    assert Event.objects.get(key="company.merged").payload["other_name"] == "Castillo Bakery, Inc."
    told = Event.objects.get(
        key="contact.changed", contact_id=Contact.objects.get(name="Tasha Greer").pk, by=ridgeline.maya
    )
    assert told.payload["changes"] == {"company": ["Castillo Bakery, Inc.", "Castillo Bakery"]}
    lists.send(lists.undo)
    bakery.refresh_from_db()
    assert (bakery.website, people_of(bakery)) == ("", ["Ann Lee", "Renee Castillo"])
    twin.refresh_from_db()
    assert (twin.website, people_of(twin)) == ("bakery.example", ["Tasha Greer"])


def test_another_company_is_found_by_other_words_and_must_be_chosen(
    lists: Lists, ridgeline: Business, bakery: Company
) -> None:
    lind = add_company({"name": "Lind and Sons", "website": "lind.example"}, by=ridgeline.maya, at=TUESDAY)
    address = f"/companies/{bakery.pk}/merge"
    assert "Lind and Sons" not in lists.open(address)
    lists.send(address, company="nobody at all")
    assert "No other company is found by that" in lists.words
    lists.send(address, company="lind.example", asked_of="Castillo Bakery")
    assert "Choose which is the same." not in lists.words, "Nobody has been asked before."
    assert "Lind and Sons · 0 people" in lists.words
    lists.send(address, company="lind.example", asked_of="lind.example")
    assert "Choose which is the same." in lists.words
    lists.send(address, company="lind.example", which=str(bakery.pk))
    assert Company.objects.count() == 2
    lists.send(address, company="lind.example", which=str(lind.pk))
    assert list(Company.objects.all()) == [bakery]


def test_whoever_is_removed_leaves_their_people_here(lists: Lists, bakery: Company) -> None:
    page = lists.open(f"/companies/{bakery.pk}/remove")
    assert "2 people stay, without a company." in page
    lists.send(f"/companies/{bakery.pk}/remove")
    assert lists.address == "/lists/companies/"
    assert not Company.objects.exists()
    assert Contact.objects.genuine().filter(company=None).count() == 2
    lists.send(lists.undo)
    assert people_of(bakery) == ["Ann Lee", "Renee Castillo"]


def test_nobody_lets_people_go_over_who_are_not_theirs_to_change(
    lists: Lists, ridgeline: Business, bakery: Company, twin: Company
) -> None:
    Grant.objects.create(role="sales", noun="contact", verb="change", reach=1)
    forget()
    lead = ridgeline.lead(Contact.objects.get(name="Renee Castillo"))
    assign_journey(lead, owner=ridgeline.ben, by=ridgeline.maya, at=TUESDAY)
    lists.log_in(ridgeline.ben)
    assert "/remove" not in lists.open(f"/companies/{bakery.pk}/")
    for act in ("merge", "remove"):
        lists.send(f"/companies/{bakery.pk}/{act}")
        assert lists.status == 403
    assert Company.objects.count() == 2


def test_no_more_people_are_counted_than_are_seen(lists: Lists, ridgeline: Business, bakery: Company) -> None:
    Grant.objects.create(role="sales", noun="contact", verb="see", reach=1)
    forget()
    lead = ridgeline.lead(Contact.objects.get(name="Renee Castillo"))
    assign_journey(lead, owner=ridgeline.ben, by=ridgeline.maya, at=TUESDAY)
    lists.log_in(ridgeline.ben)
    lists.send("/companies/new", name="Castillo Bakery")
    assert "Castillo Bakery · 1 person" in lists.words


def test_too_many_people_do_not_go_over_in_one_act(
    ridgeline: Business, bakery: Company, twin: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trellis.people.companies.MOST", 1)
    with pytest.raises(Refused, match="More than 1 people belong to Castillo Bakery"):
        merge_companies(twin, bakery, by=ridgeline.maya, at=TUESDAY)
    assert len(people_of(bakery)) == 2


def test_a_company_of_the_sample_stays_apart(ridgeline: Business, bakery: Company, twin: Company) -> None:
    Company.objects.filter(pk=twin.pk).update(sampled_at=TUESDAY)
    twin.refresh_from_db()
    with pytest.raises(Refused, match="belongs to the sample"):
        merge_companies(bakery, twin, by=ridgeline.maya, at=TUESDAY)


@pytest.mark.parametrize(
    ("name", "is_called"),
    [("Castillo Bakery, Inc.", "Castillo Bakery"), ("Lind GmbH", "Lind"), ("Inc.", "Inc."), ("Costco", "Costco")],
)
def test_what_a_company_is_by_law_says_little(name: str, is_called: str) -> None:
    assert bare(name) == is_called


@pytest.mark.parametrize(
    ("website", "host"),
    [
        ("https://www.Bakery.example:8443/about?x#y", "bakery.example"),
        (" bakery.example. ", "bakery.example"),
        ("bäckerei.example/", "bäckerei.example"),
        ("www.example", "www.example"),
        ("none", ""),
        ("mail@bakery.example", ""),
    ],
)
def test_websites_are_one_where_their_host_is(website: str, host: str) -> None:
    assert host_of(website) == host
