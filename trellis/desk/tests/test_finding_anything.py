"""What is typed into the palette finds people with their three facts, and what to do with the first of them."""

from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Business, next_step
from trellis.desk.tests.conftest import Desk
from trellis.journeys.models import Journey
from trellis.people.actions import add_tags
from trellis.people.models import Company, Contact
from trellis.team.models import Grant, User
from trellis.team.roles import Reach


def find(desk: Desk, text: str) -> str:
    return desk.client.get("/find", {"palette": "1", "q": text}).content.decode()


@pytest.mark.parametrize("text", ["renee", "Castil", "renee@ex", "@be"])
def test_a_person_is_found_with_the_three_facts(desk: Desk, lead: Journey, ridgeline: Business, text: str) -> None:
    Journey.objects.update(owner=ridgeline.ben)
    found = find(desk, text)
    assert "Renee Castillo" in found
    assert "Call Renee" in found
    assert "Ben" in found


@pytest.mark.parametrize(
    ("text", "by"),
    [("0142", "(501) 555-0142"), ("acme", "Acme Roofs"), ("greer@ex", "tasha.greer@example.com"), ("tasha", "")],
)
def test_what_they_were_found_by_stands_beside_what_is_next(
    desk: Desk, ridgeline: Business, text: str, by: str
) -> None:
    tasha = ridgeline.contact("Tasha Greer", "tasha.greer@example.com", "+15015550142")
    Contact.objects.update(company=Company.objects.create(name="Acme Roofs", created_at=desk.at))
    journey = ridgeline.lead(tasha)
    row = row_of(find(desk, text), "Tasha Greer")
    assert next_step(journey).title in row
    assert f"{by}</span></a>" in row if by else "palette__meta" not in row


def test_a_slip_in_each_of_two_words_finds_who_may_be_meant(desk: Desk, lead: Journey) -> None:
    assert "Renee Castillo" in find(desk, "renne castilo")


def test_it_finds_whom_one_sees_among_few(desk: Desk, ridgeline: Business) -> None:
    Grant.objects.create(role="sales", noun="contact", verb="see", reach=Reach.OWN)
    for name, owner in (("Jonas Petersen", ridgeline.ben), ("Jonas Pettersen", ridgeline.priya)):
        journey = ridgeline.lead(ridgeline.contact(name, f"{owner.pk}@example.com"))
        Journey.objects.filter(pk=journey.pk).update(owner=owner)
    desk.client.force_login(ridgeline.ben)
    found = find(desk, "jonsa peterson")
    assert "Jonas Petersen" in found
    assert "Pettersen" not in found


def test_a_tag_finds_who_carries_it(desk: Desk, lead: Journey) -> None:
    add_tags(lead.contact, ["Storm"], at=desk.at)
    assert "Renee Castillo" in find(desk, "#sto")
    assert "Renee Castillo" not in find(desk, "#hail")


def test_what_can_be_done_with_the_first(desk: Desk, lead: Journey) -> None:
    found = find(desk, "renee")
    assert f"/contacts/{lead.contact_id}/?journey={lead.pk}&amp;compose=call" in found
    assert f"/journeys/{lead.pk}/stage" in found


def test_nobody_is_called_that(desk: Desk, lead: Journey) -> None:
    assert "No one called “zebra”." in find(desk, "zebra")


@pytest.mark.parametrize("text", ["", " ", "#", "@", ">", "%", "_", "'", "\\", "x" * 5_000, "\x00", "😀"])
def test_whatever_is_typed_is_answered(desk: Desk, lead: Journey, text: str) -> None:
    assert desk.client.get("/find", {"palette": "1", "q": text}).status_code == 200


def test_it_costs_few_questions(desk: Desk, lead: Journey, django_assert_max_num_queries: Any) -> None:
    desk.open("/find?q=renee")
    with django_assert_max_num_queries(13):
        find(desk, "renee")


def test_a_company_leads_to_its_page_and_to_its_people(desk: Desk, lead: Journey) -> None:
    company = Company.objects.create(name="Acme Roofs", website="acme.example", created_at=desk.at)
    Contact.objects.filter(pk=lead.contact_id).update(company=company)
    found = find(desk, "acme")
    assert f'href="{reverse("lists:company", args=[company.pk])}"' in found
    assert "acme.example" in found
    assert "Renee Castillo" in found


def test_whoever_may_be_meant_is_said_below_who_is_called_so(desk: Desk, lead: Journey, ridgeline: Business) -> None:
    ridgeline.contact("Rene Castilo", "rene@example.com")
    Company.objects.create(name="Castilla", created_at=desk.at)
    called, _, meant = find(desk, "castilo").partition("Did you mean</p>")
    assert "Rene Castilo" in called
    assert "Renee Castillo" not in called
    assert "Castilla" in meant
    assert "Rene Castilo" not in meant
    assert "Renee Castillo" in meant
    assert "Did you mean" not in find(desk, "rene")


@pytest.mark.parametrize(
    ("text", "label", "address"),
    [
        ("holiday", "Add an absence", "/people/away/new"),
        ("Vacation", "Add an absence", "/people/away/new"),
        ("csv", "Import people", "/import/"),
        ("connect", "Connect mail and phone", "/connections"),
        ("dark th", "", ""),
        ("dark theme", "Preferences", "/preferences"),
        ("new contact", "New contact", "/contacts/new"),
        ("create lead", "New lead", "/leads/new"),
        ("add a person", "Add a person", "/people/new"),
        ("invite", "Add a person", "/people/new"),
        ("import", "Import people", "/import/"),
        ("export", "Export contacts", "/lists/contacts/?panel=export"),
        ("fields", "Fields", "/settings/fields"),
        ("roles", "Roles", "/settings/roles"),
        ("permissions", "Roles", "/settings/roles"),
        ("history", "What was changed", "/settings/changes"),
        ("audit log", "What was changed", "/settings/changes"),
        ("duplicates", "Who may be here twice", "/contacts/duplicates/"),
        ("segments", "Segments", "/lists/segments/"),
        ("tags", "List of contacts", "/lists/contacts/"),
        ("companies", "Companies", "/lists/companies/"),
        ("hours", "Hours and public holidays", "/people/hours"),
        ("forms", "Forms", "/settings/forms"),
        ("who answers", "Who answers", "/people/coverage"),
        ("api", "API tokens", "/settings/tokens"),
        ("passkeys", "Sign-in and security", "/preferences/security"),
    ],
)
def test_a_page_is_found_by_the_words_people_have_for_it(
    desk: Desk, lead: Journey, text: str, label: str, address: str
) -> None:
    found = find(desk, text)
    assert (f">{label}<" in found and f'href="{address}"' in found) or not label
    assert ("No one called" in found) == (not label)


def test_a_page_that_is_not_for_them_is_not_found(desk: Desk, lead: Journey, ridgeline: Business) -> None:
    User.objects.filter(pk=ridgeline.maya.pk).update(role="viewer")
    for text in ("csv", "new contact", "new lead", "invite", "export", "roles", "audit", "new form", "add hours"):
        assert "palette__option" not in find(desk, text)


def test_export_opens_on_its_list(desk: Desk) -> None:
    assert "<details open>" in desk.open("/lists/contacts/?panel=export")
    assert "<details open>" not in desk.open("/lists/contacts/")


def test_a_page_of_the_navigation_has_other_words_as_well(desk: Desk) -> None:
    assert 'data-words="pipeline kanban stages leads deals"' in desk.open("/board/")


def row_of(found: str, name: str) -> str:
    """The line of whoever is called that."""
    return next(line for line in found.splitlines() if f">{name}</span>" in line)
