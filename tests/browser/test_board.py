"""The board by mouse, by keyboard alone, by its menu, on a phone and without script."""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import brotli
import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit, one_module
from tests.browser.test_accessibility import check
from tests.browser.test_first_load import BUDGET, HEADERS, compressed
from tests.cast import Business
from trellis.desk.queries.board import FIRST
from trellis.journeys.actions import move_journey
from trellis.journeys.models import Journey
from trellis.journeys.publish import document_of, pack, publish_playbook
from trellis.people.actions import add_tags

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def second(office: Business, lead: Journey) -> Journey:
    """Tasha, who is due after Renee."""
    return office.lead(office.contact("Tasha Greer", "tasha@example.com"), at=lead.started_at + timedelta(seconds=30))


@pytest.fixture
def replacement(office: Business) -> None:
    """A second playbook, which alone has a stage for a proposal."""
    text = pack("storm-and-repair").replace("playbook: storm-and-repair", "playbook: roof-replacement")
    text = text.replace("title: Storm & repair", "title: Roof replacement").replace(
        "phase: qualified", "phase: proposal"
    )
    publish_playbook(text.replace("title: Qualified", "title: Offer"), by=office.maya, at=timezone.now())
    return


def open_board(window: Visit, address: str = "/board/") -> Page:
    window.log_in()
    page = window.open(address)
    if window.has_script:
        expect(page.locator(".board-card[data-current]")).to_have_count(1)
    return page


def card(page: Page, name: str) -> Locator:
    return page.locator(".board-card").filter(has_text=name)


def column(page: Page, title: str) -> Locator:
    return page.get_by_role("region", name=title, exact=False).filter(has=page.locator(".board-column__cards"))


def stage_of(journey: Journey) -> str:
    journey.refresh_from_db()
    return journey.stage.key


def test_a_card_is_dragged_to_another_column(visit: Callable[..., Visit], lead: Journey, second: Journey) -> None:
    page = open_board(visit())
    card(page, "Renee").drag_to(page.locator("#column-qualified"))
    expect(page.locator(".toast__text")).to_contain_text("Moved to Qualified. Next for Renee")
    expect(page.locator("#column-qualified .board-card")).to_contain_text("Renee Castillo")
    expect(page.locator("#column-qualified .board-column__count")).to_have_text("1")
    expect(page.locator("#column-new .board-column__count")).to_have_text("1")
    expect(card(page, "Renee").locator(".board-card__link")).to_be_focused()
    assert stage_of(lead) == "qualified"
    page.keyboard.press("z")
    expect(page.locator("#column-new .board-card").filter(has_text="Renee")).to_be_visible()
    assert stage_of(lead) == "new"


def test_a_card_that_cannot_go_there_is_put_back_with_the_reason(
    visit: Callable[..., Visit], lead: Journey, second: Journey, replacement: None
) -> None:
    page = open_board(visit())
    card(page, "Renee").drag_to(page.locator("#column-proposal"))
    expect(page.locator(".toast__text")).to_contain_text("Storm & repair has no stage for Offer. Choose one of: New")
    expect(page.locator("#column-new .board-card").first).to_contain_text("Renee Castillo")
    expect(page.locator("#column-proposal .board-card")).to_have_count(0)
    assert stage_of(lead) == "new"


def test_a_card_is_put_back_when_the_move_does_not_arrive(
    visit: Callable[..., Visit], lead: Journey, second: Journey
) -> None:
    window = visit()
    page = open_board(window)
    page.route("**/column", lambda route: route.abort())
    card(page, "Renee").drag_to(page.locator("#column-booked"))
    expect(page.get_by_role("alert")).to_contain_text("That did not arrive.")
    expect(page.locator("#column-new .board-card").first).to_contain_text("Renee Castillo")
    window.faults = [fault for fault in window.faults if "ERR_FAILED" not in fault and "Failed to fetch" not in fault]


def test_by_keyboard_alone(visit: Callable[..., Visit], lead: Journey, second: Journey, office: Business) -> None:
    window = visit()
    page = open_board(window)
    current = page.locator(".board-card[data-current] .board-card__link")
    expect(current).to_have_text("Renee Castillo")
    page.keyboard.press("j")
    expect(current).to_have_text("Tasha Greer")
    expect(current).to_be_focused()
    page.keyboard.press("m")
    page.get_by_role("dialog").get_by_role("radio", name="Booked").press("Space")
    page.keyboard.press("Enter")
    expect(page.locator(".toast__text")).to_contain_text("Moved to Booked.")
    expect(page.locator("#column-booked .board-card")).to_contain_text("Tasha Greer")
    expect(current).to_have_text("Tasha Greer")
    expect(current).to_be_focused()
    assert stage_of(second) == "booked"

    page.keyboard.press("h")
    expect(current).to_have_text("Renee Castillo")
    page.keyboard.press("ArrowRight")
    expect(current).to_have_text("Tasha Greer")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("s")
    expect(page.get_by_role("dialog").get_by_role("heading", name="Snooze: Call Renee")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(page.get_by_role("dialog").get_by_role("heading", name="Reassign")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.get_by_role("dialog").get_by_role("button", name="Done").press("Enter")
    expect(page.locator(".toast__text").last).to_contain_text("Done.")
    page.keyboard.press("r")
    page.wait_for_url("**/contacts/**compose=reply*")
    window.wait_for_script()
    page.keyboard.press("Escape")
    page.go_back()
    expect(current).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/contacts/**")


def test_by_the_menu_of_a_card(visit: Callable[..., Visit], lead: Journey, second: Journey) -> None:
    page = open_board(visit())
    card(page, "Tasha").get_by_role("link", name="Move Tasha Greer").click()
    menu = page.get_by_role("dialog", name="Card")
    expect(menu.get_by_role("button", name="New")).to_be_disabled()
    expect(menu.get_by_role("button", name="In conversation")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".toast__text")).to_contain_text("Moved to Qualified.")
    expect(page.locator("#column-qualified .board-card")).to_contain_text("Tasha Greer")
    expect(menu).to_be_hidden()
    assert stage_of(second) == "qualified"
    card(page, "Renee").get_by_role("link", name="Move Renee Castillo").click()
    menu.get_by_role("link", name="Snooze").click()
    expect(page.get_by_role("heading", name="Snooze: Call Renee")).to_be_visible()


def test_on_a_phone_the_columns_are_tabs(visit: Callable[..., Visit], lead: Journey) -> None:
    page = open_board(visit(**PHONE))
    tabs = page.get_by_role("navigation", name="Stages")
    expect(tabs.locator("[aria-current]")).to_have_text("New1")
    card(page, "Renee").get_by_role("link", name="Move Renee Castillo").tap()
    page.get_by_role("dialog", name="Card").get_by_role("button", name="Booked").tap()
    expect(page.locator(".toast__text")).to_contain_text("Moved to Booked.")
    tabs.get_by_role("link", name="Qualified").tap()
    expect(page.locator("#column-qualified")).to_be_in_viewport(ratio=0.6)
    expect(tabs.locator("[aria-current]")).to_have_text("Qualified0")
    tabs.get_by_role("link", name="Booked").tap()
    expect(card(page, "Renee")).to_be_in_viewport()
    assert stage_of(lead) == "booked"


def test_a_column_is_read_on_and_stays_as_deep(visit: Callable[..., Visit], office: Business) -> None:
    now = timezone.now()
    for number in range(30):
        office.lead(office.contact(f"Lead Number{number:02}", f"lead{number}@example.com"), at=now)
    page = open_board(visit())
    cards = page.locator("#column-new .board-card")
    expect(cards).to_have_count(FIRST)
    page.get_by_role("link", name="Show 25 more").click()
    expect(cards).to_have_count(30)
    office.lead(office.contact("Tasha Greer", "tasha@example.com"), at=timezone.now())
    expect(cards).to_have_count(30, timeout=6_000)
    expect(page.locator("#column-new .board-column__count")).to_have_text("31")


def test_without_script_a_card_leads_to_the_page_that_moves_it(visit: Callable[..., Visit], lead: Journey) -> None:
    window = visit(java_script_enabled=False)
    page = open_board(window)
    card(page, "Renee").get_by_role("link", name="Move Renee Castillo").click()
    page.get_by_role("radio", name="Booked").check()
    page.get_by_role("button", name="Move").click()
    expect(page.locator("#column-booked .board-card")).to_contain_text("Renee Castillo")
    page.locator("summary").filter(has_text="Filter").click()
    page.get_by_label("Overdue").check()
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("Nobody here matches")).to_be_visible()
    page.get_by_role("link", name="Clear the filter").click()
    page.get_by_role("link", name="Table").first.click()
    expect(page.get_by_role("row", name="Renee Castillo")).to_contain_text("Booked")


def test_a_filter_is_chosen_and_taken_off(visit: Callable[..., Visit], lead: Journey, second: Journey) -> None:
    add_tags(second.contact, ["Storm"], at=timezone.now())
    page = open_board(visit())
    page.locator("summary").filter(has_text="Filter").click()
    page.get_by_label("Tag", exact=True).select_option("Storm")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".board-card")).to_have_count(1)
    page.get_by_role("link", name="Take off Storm").click()
    expect(page.locator(".board-card")).to_have_count(2)
    expect(page.locator(":not(:defined)")).to_have_count(0)
    page.locator(".chooser summary").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("navigation", name="Boards")).to_be_hidden()


def test_the_first_load_of_a_full_board_is_light(visit: Callable[..., Visit], office: Business) -> None:
    at = timezone.now()
    for number in range(FIRST * 6):
        contact = office.contact(f"Lead Number {number}", f"lead{number}@example.com")
        journey = office.lead(contact, at=at)
        stages = list(document_of(journey.playbook).stages)
        if stage := number % 6:
            move_journey(journey, stage=stages[stage], by=office.maya, at=at + timedelta(microseconds=number))
    window = visit()
    window.log_in()
    asked: dict[str, int] = {}
    window.page.on("response", lambda response: asked.setdefault(response.url, 0))
    answer = window.page.goto(window.address + "/board/")
    window.page.wait_for_load_state("networkidle")
    assert answer
    expect(window.page.locator(".board-card")).to_have_count(FIRST * 6)
    # Served in earnest, the parts of the board's module come along with it.
    parts = re.compile("/changes|/desk/board.*[.]js")
    paths = [urlsplit(url).path for url in asked if url != answer.url and not parts.search(url)]
    module = len(brotli.compress(one_module("desk/board.js").encode()))
    weights = {path: compressed(path) for path in paths} | {"module": module}
    weights["page"] = int(answer.header_value("content-length") or 0)
    assert len(weights) <= 15, sorted(weights)
    assert sum(weights.values()) + HEADERS * len(weights) <= BUDGET, weights


def test_everybody_can_read_it(visit: Callable[..., Visit], lead: Journey, second: Journey) -> None:
    add_tags(second.contact, ["Storm"], at=timezone.now())
    window = visit(bypass_csp=True)
    window.log_in()
    found = {}
    for address in ("/board/", "/board/?owner=me&due=today", "/board/table", "/board/?tag=Storm&priority=1"):
        found[address] = check(window.open(address))
    page = window.open("/board/")
    page.locator(".chooser summary").click()
    page.locator("summary").filter(has_text="Filter").click()
    found["open"] = check(page)
    assert {address: faults for address, faults in found.items() if faults} == {}
