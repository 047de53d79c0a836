"""Z takes back what was just done: a lead that was added, and a team's order of turn."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.cast import Business
from trellis.conversations.models import Message
from trellis.journeys.models import Journey
from trellis.people.models import Contact
from trellis.team.models import Team


def test_a_lead_is_added_and_taken_back_by_one_key(visit: Callable[..., Visit], office: Business) -> None:
    window = visit()
    page = window.log_in()
    page.keyboard.press("c")
    page.wait_for_url("**/leads/new")
    window.wait_for_script()
    page.get_by_label("Name").fill("Tasha Greer")
    page.get_by_label("Email").fill("tasha@example.com")
    page.get_by_role("button", name="Add lead").click()
    expect(page.get_by_role("heading", level=1, name="Tasha Greer")).to_be_visible()
    expect(page.locator(".toast__text")).to_contain_text("Lead added. Next for Tasha:")
    window.wait_for_script()
    page.keyboard.press("z")
    expect(page.locator(".toast__text").last).to_contain_text("Taken back: it is no lead, and nothing is sent.")
    page.wait_for_url(window.address + "/")
    expect(page.locator(".queue")).not_to_contain_text("Tasha")
    assert not Journey.objects.genuine().exists()
    assert not Contact.objects.genuine().exists()
    assert not Message.objects.exclude(state="suppressed").exists()


def test_an_order_of_turn_is_taken_back_by_the_same_key(visit: Callable[..., Visit], office: Business) -> None:
    window = visit()
    window.log_in()
    page = window.open("/people/teams")
    front_desk = page.locator(".team").filter(has_text="Front desk")
    front_desk.get_by_role("button", name="Ben Whitfield up in Front desk").click()
    expect(page.locator(".toast__text")).to_contain_text("Ben is now number 1 of 2 in Front desk.")
    expect(front_desk.locator(".team__member").first).to_contain_text("Ben Whitfield")
    page.keyboard.press("z")
    expect(page.locator(".toast__text").last).to_contain_text("Taken back.")
    expect(front_desk.locator(".team__member").first).to_contain_text("Maya Ortiz")
    first = Team.objects.get(key="front-desk").memberships.order_by("position").first()
    assert first
    assert first.user == office.maya


def test_a_theme_that_is_taken_back_is_gone_from_the_whole_page(visit: Callable[..., Visit], office: Business) -> None:
    window = visit()
    window.log_in()
    page = window.open("/preferences")
    page.get_by_role("radio", name="Dark").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast__text")).to_contain_text("Saved.")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    window.wait_for_script()
    page.keyboard.press("z")
    expect(page.locator(".toast__text")).to_contain_text("Taken back.")
    expect(page.locator("html")).not_to_have_attribute("data-theme", "dark")


def test_z_takes_back_after_its_toast_is_gone_and_says_where_there_is_nothing(
    visit: Callable[..., Visit], office: Business
) -> None:
    window = visit()
    window.log_in()
    page = window.open("/people/teams")
    window.wait_for_script()
    page.keyboard.press("z")
    expect(page.locator(".toast")).to_have_text("There is nothing to take back here.")
    front_desk = page.locator(".team").filter(has_text="Front desk")
    front_desk.get_by_role("button", name="Ben Whitfield up in Front desk").click()
    expect(front_desk.locator(".team__member").first).to_contain_text("Ben Whitfield")
    page.get_by_role("button", name="Close").click()
    expect(page.locator(".toast:visible")).to_have_count(0)
    page.keyboard.press("z")
    expect(front_desk.locator(".team__member").first).to_contain_text("Maya Ortiz")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys on this page")
    expect(keys).to_contain_text("Undo")
    expect(keys).to_contain_text("Find or do anything")


def test_a_toast_leaves_the_menu_of_the_account_free(visit: Callable[..., Visit], lead: Journey) -> None:
    window = visit()
    window.log_in()
    page = window.open(f"/contacts/{lead.contact_id}/?compose=note")
    page.get_by_label("Note").fill("Gate code 1234")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast__text")).to_be_visible()
    page.locator(".person-menu__summary").click(timeout=2_000)
    page.get_by_role("button", name="Log out").click(timeout=2_000, trial=True)
    expect(page.locator(".toast__text")).to_be_visible()
