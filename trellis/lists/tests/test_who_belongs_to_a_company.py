"""Several people belong to a company, each as something: seen, changed, added and taken out on its page."""

import re
from datetime import timedelta

import pytest

from tests.cast import TUESDAY, Business
from trellis.core.memory import forget
from trellis.lists.tests.conftest import Lists
from trellis.people.changing import add_company, change_contact
from trellis.people.models import Company, Contact
from trellis.team.models import Grant, User


@pytest.fixture
def bakery(ridgeline: Business) -> Company:
    for name, title in (("Renee Castillo", "Owner"), ("Ann Lee", "Baker")):
        contact = ridgeline.contact(name, f"{name[:3].lower()}@example.com")
        change_contact(contact, {"company": "Castillo Bakery", "job_title": title}, by=None, at=TUESDAY)
    return Company.objects.get()


def add(lists: Lists, company: Company, person: str, **more: str) -> str:
    return lists.send(f"/companies/{company.pk}/add", person=person, **more)


def titles(company: Company) -> dict[str, str]:
    return dict(company.contacts.order_by("name").values_list("name", "job_title"))


def test_each_stands_there_with_what_they_are_and_what_is_next(
    lists: Lists, ridgeline: Business, bakery: Company
) -> None:
    lead = ridgeline.lead(Contact.objects.get(name="Ann Lee"), at=TUESDAY - timedelta(hours=3))
    lists.open(f"/companies/{bakery.pk}/")
    assert lists.names == ["Ann Lee", "Renee Castillo"]
    row = lists.page.partition(">Ann Lee</a>")[2].partition("</tr>")[0]
    for words in ("Baker", "ann@example.com", lead.next_task.title, 'data-state="over"', lead.owner.name):
        assert words in row


def test_of_very_many_the_first_stand_there_and_the_others_one_step_away(
    lists: Lists, bakery: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists.open(f"/companies/{bakery.pk}/")
    assert "These are the first" not in lists.words
    monkeypatch.setattr("trellis.lists.queries.company.MOST", 1)
    monkeypatch.setattr("trellis.lists.views.company.MOST", 1)
    lists.open(f"/companies/{bakery.pk}/")
    assert lists.names == ["Ann Lee"]
    assert "These are the first 1." in lists.words
    found = re.search(r'href="(/lists/contacts/[^"]+)">See everybody', lists.page)
    assert found
    lists.open(found[1])
    assert sorted(lists.names) == ["Ann Lee", "Renee Castillo"]


def test_a_job_title_is_changed_there_in_its_place(lists: Lists, bakery: Company) -> None:
    page = lists.open(f"/companies/{bakery.pk}/")
    ann = Contact.objects.get(name="Ann Lee")
    address = f"/lists/contacts/{ann.pk}/job_title"
    assert f'href="{address}"' in page
    form = lists.open(address, headers={"Referer": f"http://testserver/companies/{bakery.pk}/"})
    assert f'name="next" value="/companies/{bakery.pk}/"' in form
    lists.send(address, value="Head baker", next=f"/companies/{bakery.pk}/")
    assert lists.address == f"/companies/{bakery.pk}/"
    assert "Head baker" in lists.words
    lists.send(lists.undo)
    assert titles(bakery)["Ann Lee"] == "Baker"


def test_somebody_who_is_here_is_found_by_name_and_added(lists: Lists, ridgeline: Business, bakery: Company) -> None:
    tasha = ridgeline.contact("Tasha Greer", "tasha@example.com")
    add(lists, bakery, "tasha", job_title="Cook")
    assert "Choose who is meant." not in lists.words, "Nobody has been asked before."
    assert "Who is meant?" in lists.words
    assert "Tasha Greer · tasha@example.com" in lists.words
    assert "Somebody new" in lists.words
    assert "Tasha Greer" not in titles(bakery)
    add(lists, bakery, "tasha", job_title="Cook", asked_of="tasha")
    assert "Choose who is meant." in lists.words
    add(lists, bakery, "tasha", job_title="Cook", who=str(tasha.pk))
    assert "Tasha Greer belongs to Castillo Bakery now." in lists.words
    assert titles(bakery) == {"Ann Lee": "Baker", "Renee Castillo": "Owner", "Tasha Greer": "Cook"}
    lists.send(lists.undo, next=f"/companies/{bakery.pk}/")
    assert "Tasha Greer" not in titles(bakery)
    assert Contact.objects.get(pk=tasha.pk).job_title == ""


def test_whoever_comes_from_another_company_is_told_apart_and_keeps_their_title(
    lists: Lists, ridgeline: Business, bakery: Company
) -> None:
    tasha = ridgeline.contact("Tasha Greer", "tasha@example.com")
    change_contact(tasha, {"company": "Acme", "job_title": "Cook"}, by=None, at=TUESDAY)
    add(lists, bakery, "greer")
    assert "Tasha Greer · Acme" in lists.words
    add(lists, bakery, "greer", who=str(tasha.pk))
    assert titles(bakery)["Tasha Greer"] == "Cook"


def test_a_number_tells_people_apart_as_one_writes_it(lists: Lists, ridgeline: Business, bakery: Company) -> None:
    ridgeline.contact("Lorna Pike", "", "+15015550102")
    add(lists, bakery, "pike")
    assert "Lorna Pike · (501) 555-0102" in lists.words


@pytest.mark.parametrize(
    ("typed", "column", "value"),
    [
        ("Zed Newman", "name", "Zed Newman"),
        ("zed@example.com", "points__value", "zed@example.com"),
        ("(501) 555-0177", "points__value", "+15015550177"),
    ],
)
def test_somebody_new_is_written_down_at_once(
    lists: Lists, bakery: Company, typed: str, column: str, value: str
) -> None:
    add(lists, bakery, typed, job_title="Driver")
    new = Contact.objects.get(**{column: value})
    assert (new.company, new.job_title) == (bakery, "Driver")
    lists.send(lists.undo, next=f"/companies/{bakery.pk}/")
    assert lists.address == f"/companies/{bakery.pk}/"
    assert not Contact.objects.genuine().filter(pk=new.pk).exists()


def test_somebody_new_may_be_called_like_somebody_who_is_here(
    lists: Lists, ridgeline: Business, bakery: Company
) -> None:
    ridgeline.contact("Tasha Greer", "tasha@example.com")
    add(lists, bakery, "Tasha Greer", who="new")
    assert Contact.objects.filter(name="Tasha Greer").count() == 2
    assert "Tasha Greer" in titles(bakery)


def test_whoever_belongs_to_it_is_not_offered_and_nobody_is_an_error(lists: Lists, bakery: Company) -> None:
    add(lists, bakery, "")
    assert "Write who it is." in lists.words
    add(lists, bakery, "renee", who="made-up")
    assert Contact.objects.filter(company=bakery, name="renee").exists()


def test_somebody_is_taken_out_and_brought_back(lists: Lists, bakery: Company) -> None:
    ann = Contact.objects.get(name="Ann Lee")
    page = lists.open(f"/companies/{bakery.pk}/")
    assert 'aria-label="Take out Ann Lee"' in page
    lists.send(f"/companies/{bakery.pk}/{ann.pk}/take-out")
    assert "Ann Lee is out of Castillo Bakery." in lists.words
    assert titles(bakery) == {"Renee Castillo": "Owner"}
    lists.send(lists.undo)
    assert titles(bakery)["Ann Lee"] == "Baker"
    other = add_company({"name": "Acme"}, by=None, at=TUESDAY)
    lists.send(f"/companies/{other.pk}/{ann.pk}/take-out")
    assert lists.status == 404


def test_a_viewer_sees_them_and_changes_nothing(lists: Lists, ridgeline: Business, bakery: Company) -> None:
    User.objects.filter(pk=ridgeline.maya.pk).update(role="viewer")
    page = lists.open(f"/companies/{bakery.pk}/")
    assert "Ann Lee" in page
    for words in ("Add person", "Take out Ann Lee", "list-table__edit"):
        assert words not in page
    ann = Contact.objects.get(name="Ann Lee")
    for address in ("add", f"{ann.pk}/take-out"):
        lists.send(f"/companies/{bakery.pk}/{address}", person="Zed")
        assert lists.status == 403


def test_whoever_may_change_their_own_adds_and_takes_out_their_own(
    lists: Lists, ridgeline: Business, bakery: Company
) -> None:
    ann, renee = (Contact.objects.get(name=name) for name in ("Ann Lee", "Renee Castillo"))
    ridgeline.contact("Tasha Greer", "tasha@example.com")
    lead = ridgeline.lead(ann)
    type(lead).objects.filter(pk=lead.pk).update(owner=ridgeline.priya)
    for verb, reach in (("change", 1), ("add", 0)):
        Grant.objects.create(role=ridgeline.priya.role, noun="contact", verb=verb, reach=reach)
    forget()
    page = lists.log_in(ridgeline.priya).open(f"/companies/{bakery.pk}/")
    assert ("Take out Ann Lee" in page, "Take out Renee Castillo" in page) == (True, False)
    lists.send(f"/companies/{bakery.pk}/{renee.pk}/take-out")
    assert lists.status == 403
    add(lists, bakery, "Tasha")
    assert "Nobody whom you may add is found by that" in lists.words


def test_many_cost_no_more_questions_than_one(
    lists: Lists, ridgeline: Business, bakery: Company, django_assert_max_num_queries: object
) -> None:
    for number in range(20):
        contact = ridgeline.contact(f"Lead {number}", f"lead{number}@example.com")
        Contact.objects.filter(pk=contact.pk).update(company=bakery)
        ridgeline.lead(contact)
    with django_assert_max_num_queries(15):
        lists.open(f"/companies/{bakery.pk}/")
