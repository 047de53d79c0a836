"""The page of a company: what is known of it, and who belongs to it."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.cast import Business
from trellis.people.changing import change_contact
from trellis.people.models import Company

HAIRLINES = """() => [...document.querySelectorAll(".company__facts tr")].map((row) => {
  const [head, value] = row.children, table = row.closest("table").getBoundingClientRect();
  return [getComputedStyle(value).borderTopWidth, head.getBoundingClientRect().left === table.left,
    value.getBoundingClientRect().right === table.right, getComputedStyle(value).display];
})"""


@pytest.fixture
def bakery(office: Business) -> Company:
    contact = office.contact("Renee Castillo", "renee@example.com", "+15015550112")
    change_contact(contact, {"company": "Castillo Bakery"}, by=office.maya, at=timezone.now())
    return Company.objects.get()


@pytest.mark.parametrize("website", ["", "bakery.example"])
def test_every_fact_has_its_hairline_from_side_to_side(
    visit: Callable[..., Visit], bakery: Company, website: str
) -> None:
    Company.objects.update(website=website)
    window = visit()
    window.log_in()
    page = window.open(f"/companies/{bakery.pk}/")
    assert set(map(tuple, page.evaluate(HAIRLINES))) == {("1px", True, True, "table-cell")}


def test_people_are_added_renamed_and_taken_out_by_the_keyboard_alone(
    visit: Callable[..., Visit], office: Business, bakery: Company
) -> None:
    office.contact("Tasha Greer", "tasha@example.com")
    window = visit()
    window.log_in()
    page = window.open(f"/companies/{bakery.pk}/")
    rows = page.locator("[aria-labelledby=company-people] tbody tr")
    page.keyboard.press("a")
    expect(page.get_by_label("Name, email address or phone number")).to_be_focused()
    page.keyboard.type("tasha")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Who is meant?")).to_be_visible()
    expect(page.get_by_text("Choose who is meant.")).to_be_hidden()
    expect(page.get_by_role("radio", name="Tasha Greer · tasha@example.com")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("radio", name="Tasha Greer · tasha@example.com")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("Cook")
    page.keyboard.press("Enter")
    expect(page.locator(".toast__text")).to_contain_text("Tasha Greer belongs to Castillo Bakery now.")
    expect(rows.nth(1)).to_contain_text("Cook")

    change = rows.nth(1).get_by_role("link", name="Change Job title of Tasha Greer")
    change.focus()
    page.keyboard.press("Enter")
    field = page.get_by_role("textbox", name="Job title")
    expect(field).to_be_focused()
    field.fill("Head cook")
    page.keyboard.press("Enter")
    expect(rows.nth(1)).to_contain_text("Head cook")

    rows.nth(1).get_by_role("button", name="Take out Tasha Greer").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".toast__text").last).to_contain_text("Tasha Greer is out of Castillo Bakery.")
    expect(rows).to_have_count(1)
    page.keyboard.press("z")
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_contain_text("Head cook")
    # Asking back is answered with 422, which browsers take down as an error.
    window.faults = [fault for fault in window.faults if "422" not in fault]


def test_a_company_is_added_merged_with_another_and_parted_again_by_the_keyboard_alone(
    visit: Callable[..., Visit], bakery: Company
) -> None:
    window = visit()
    window.log_in()
    page = window.open("/lists/companies/")
    page.keyboard.press("Control+k")
    page.keyboard.type("new company")
    expect(page.get_by_role("option", name="New company")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("Castillo Bakery, Inc.")
    page.keyboard.press("Tab")
    page.keyboard.type("bakery.example")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Castillo Bakery · 1 person Has the same name")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Castillo Bakery, Inc.")).to_be_visible()
    window.wait_for_script()

    people = page.locator("[aria-labelledby=company-people]")
    page.keyboard.press("m")
    other = page.get_by_role("radio", name="Castillo Bakery · 1 person")
    expect(other).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator(".toast__text").last).to_contain_text("Castillo Bakery is Castillo Bakery, Inc. now.")
    expect(people).to_contain_text("Renee Castillo")
    page.keyboard.press("z")
    expect(people).to_contain_text("Nobody belongs to it yet.")
    assert Company.objects.count() == 2
    # Asking back is answered with 422, which browsers take down as an error.
    window.faults = [fault for fault in window.faults if "422" not in fault]


def test_on_a_phone_all_that_is_said_of_a_company_begins_at_one_edge(
    visit: Callable[..., Visit], bakery: Company
) -> None:
    window = visit(viewport={"width": 390, "height": 844})
    window.log_in()
    page = window.open("/lists/companies/")
    sides = page.locator(".list-table__row td[data-label]").evaluate_all(
        "(cells) => cells.filter((cell) => cell.checkVisibility()).map((cell) => getComputedStyle(cell).textAlign)"
    )
    assert set(sides) == {"start"}
