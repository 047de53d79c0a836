"""Finding somebody by half a number while typing, and reading a playbook: by keyboard, by mouse, on a phone."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.cast import Business
from trellis.journeys.models import Journey

PLAYBOOK = "/playbooks/storm-and-repair/"


def test_half_a_number_finds_a_person_while_one_types(
    visit: Callable[..., Visit], lead: Journey, office: Business
) -> None:
    office.lead(office.contact("Tasha Greer", "tasha@example.com", "+15015550142"))
    window = visit()
    page = window.log_in()
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/contacts/")
    window.wait_for_script()
    page.keyboard.press("/")
    page.keyboard.type("555-014")
    expect(page.locator(".person-row")).to_have_count(1)
    expect(page.locator(".person-row")).to_contain_text("(501) 555-0142")
    expect(page.get_by_label("Part of a name")).to_be_focused()
    page.keyboard.type("9")
    expect(page.locator(".empty-state")).to_contain_text("No one with the number “555-0149”.")
    for _ in "149":
        page.keyboard.press("Backspace")
    expect(page.locator(".person-row")).to_have_count(2)
    page.get_by_label("Part of a name").blur()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/contacts/{lead.contact_id}/")
    page.go_back()
    expect(page.get_by_label("Part of a name")).to_have_value("555-0")


def test_a_new_lead_comes_into_the_list_by_itself(visit: Callable[..., Visit], lead: Journey, office: Business) -> None:
    window = visit()
    window.log_in()
    page = window.open("/contacts/?q=castillo")
    expect(page.locator(".person-row")).to_have_count(1)
    office.lead(office.contact("Rosa Castillo", "rosa@example.com"))
    expect(page.locator(".person-row")).to_have_count(2)


def test_a_message_of_the_playbook_opens_in_place(visit: Callable[..., Visit], lead: Journey) -> None:
    window = visit()
    window.log_in()
    page = window.open(PLAYBOOK)
    page.get_by_role("button", name="We got it").click()
    sheet = page.locator("#message-we-got-it")
    expect(sheet).to_be_visible()
    expect(sheet).to_contain_text("Is water coming in right now?")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.keyboard.press("v")
    page.wait_for_url(f"**{PLAYBOOK}versions/")


def test_a_phone_shows_one_stage_at_a_time(visit: Callable[..., Visit], lead: Journey) -> None:
    window = visit(viewport={"width": 390, "height": 844}, has_touch=True)
    window.log_in()
    page = window.open(PLAYBOOK)
    expect(page.get_by_text("Someone reached out.")).to_be_visible()
    expect(page.get_by_text("A time is agreed and confirmed in writing.")).to_be_hidden()
    page.get_by_role("navigation", name="Stage").get_by_role("link", name="Booked").click()
    page.wait_for_url("**?stage=booked")
    expect(page.get_by_text("A time is agreed and confirmed in writing.")).to_be_visible()
    expect(page.get_by_text("Someone reached out.")).to_be_hidden()


def test_without_script_a_search_is_a_page(visit: Callable[..., Visit], lead: Journey) -> None:
    window = visit(java_script_enabled=False)
    window.log_in()
    page = window.open("/contacts/")
    page.get_by_label("Part of a name").fill("0112")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.locator(".person-row")).to_have_count(1)
    expect(page.locator(".person-row")).to_contain_text("Renee Castillo")
