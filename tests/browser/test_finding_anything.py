"""⌘K: find a person by half a number, do what can be done here, go anywhere, without the mouse."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.cast import Business
from trellis.journeys.models import Journey


def test_a_person_is_found_by_half_a_phone_number(visit: Callable[..., Visit], lead: Journey) -> None:
    window = visit()
    page = window.log_in()
    page.keyboard.press("ControlOrMeta+k")
    page.keyboard.type("555-01")
    option = page.get_by_role("option", name="Renee Castillo").first
    expect(option).to_contain_text("Call Renee")
    expect(option).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url("**/contacts/**")
    expect(page.get_by_role("heading", level=1, name="Renee Castillo")).to_be_visible()


def test_what_can_be_done_and_where_one_can_go(visit: Callable[..., Visit], lead: Journey) -> None:
    window = visit()
    page = window.log_in()
    page.get_by_role("link", name="Find or do anything").click()
    page.keyboard.type(">snoo")
    expect(page.locator(".palette__option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("heading", name="Snooze: Call Renee")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("ControlOrMeta+k")
    page.keyboard.type("signal")
    page.get_by_role("option", name="Signals").click()
    page.wait_for_url("**/signals/")


def test_an_owner_s_people_and_nobody(visit: Callable[..., Visit], lead: Journey, office: Business) -> None:
    window = visit()
    page = window.log_in()
    page.keyboard.press("ControlOrMeta+k")
    assert lead.owner
    page.keyboard.type(f"@{lead.owner.first_name}")
    expect(page.get_by_role("option", name="Renee Castillo").first).to_be_visible()
    page.get_by_role("combobox").fill("zebra")
    expect(page.get_by_role("status").filter(has_text="No one called “zebra”.")).to_be_visible()


def test_it_is_a_page_without_script(visit: Callable[..., Visit], lead: Journey) -> None:
    window = visit(java_script_enabled=False)
    page = window.log_in()
    page.get_by_role("link", name="Find or do anything").click()
    page.get_by_label("A name, a number, an address").fill("castillo")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Renee Castillo").click()
    expect(page.get_by_role("heading", level=1, name="Renee Castillo")).to_be_visible()
