"""What is typed into a cell is checked on the way; whatever the answers' order, the page shows what is so."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import APIResponse, Error, Locator, Page, Route, expect

from tests.browser.conftest import Visit
from tests.cast import Business
from trellis.journeys.models import Draft

DRAFT = "/playbooks/storm-and-repair/draft/"


class Slow:
    """Answers that are held on their way until they are let go."""

    def __init__(self, page: Page, address: str) -> None:
        self.held: list[tuple[Route, APIResponse]] = []
        self.page = page
        page.route(address, self.hold)

    def hold(self, route: Route) -> None:
        self.held.append((route, route.fetch()))

    def wait(self) -> None:
        """Until one is on its way."""
        for _ in range(200):
            if self.held:
                return
            self.page.wait_for_timeout(50)
        raise AssertionError("nothing was asked")

    def let_go(self) -> None:
        for route, response in self.held:
            with suppress(Error):  # nobody waits for it any more
                route.fulfill(response=response)
        self.page.wait_for_timeout(300)


@pytest.fixture
def page(visit: Callable[..., Visit], office: Business) -> Page:
    window = visit()
    window.log_in()
    page = window.open(DRAFT)
    expect(page.locator("#draft-replay")).to_contain_text("last 90 days")
    return page


def open_recovery(page: Page) -> Locator:
    page.get_by_role("link", name="Change recovery of New").click()
    dialog = page.get_by_role("dialog", name="Recovery of New")
    expect(dialog).to_be_visible()
    return dialog


def last_act(dialog: Locator) -> Locator:
    return dialog.locator('[name="rule-rest-act"]')


def test_a_check_that_comes_late_does_not_stand_over_what_was_saved(page: Page) -> None:
    checks, dialog = Slow(page, "**/*?check"), open_recovery(page)
    last_act(dialog).select_option("remove")
    checks.wait()
    last_act(dialog).select_option("park")
    dialog.locator('[name="rule-rest-time"]').fill("30 days")
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator(".toast__text")).to_contain_text("is changed in the draft.")
    checks.let_go()
    expect(page.locator("#draft-verdict")).to_contain_text("Safe to publish")
    expect(page.locator("#draft-verdict")).not_to_contain_text("Not yet")
    assert "park: 30d" in Draft.objects.get().source


def test_what_was_typed_last_is_what_the_verdict_is_about(page: Page) -> None:
    checks, dialog = Slow(page, "**/*?check"), open_recovery(page)
    last_act(dialog).select_option("remove")
    checks.wait()
    page.unroute("**/*?check")
    for act in ("close:lost", "close:won", "park"):
        last_act(dialog).select_option(act)
        page.wait_for_timeout(500)
    checks.let_go()
    expect(page.locator("#cell-check")).to_contain_text("Safe to publish.")


def test_nothing_is_checked_once_it_is_being_saved(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    dialog = open_recovery(page)
    last_act(dialog).select_option("remove")
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator(".toast__text")).to_contain_text("is changed in the draft.")
    page.wait_for_timeout(900)
    assert [url for url in asked if url.endswith("?check")] == []
    expect(page.locator("#draft-verdict")).to_contain_text("Not yet: 1 to put right")


def test_a_check_on_its_way_does_not_hold_up_a_save_or_lose_it(page: Page) -> None:
    saves, checks, dialog = Slow(page, "**/cells/recovery/new"), Slow(page, "**/*?check"), None
    page.unroute("**/cells/recovery/new")
    dialog = open_recovery(page)
    last_act(dialog).select_option("remove")
    checks.wait()
    page.route("**/cells/recovery/new", saves.hold)
    dialog.get_by_role("button", name="Save").click()
    saves.wait()
    last_act(dialog).select_option("park")
    page.wait_for_timeout(600)
    checks.let_go()
    saves.let_go()
    expect(page.locator(".toast__text")).to_contain_text("is changed in the draft.")
    expect(page.locator("#draft-verdict")).to_contain_text("Not yet: 1 to put right")
    assert "park: 90d, reason: No answer" not in Draft.objects.get().source


def test_what_was_not_saved_is_not_judged_any_more(page: Page) -> None:
    dialog = open_recovery(page)
    last_act(dialog).select_option("remove")
    expect(page.locator("#draft-verdict")).to_contain_text("Not yet: 1 to put right")
    page.keyboard.press("Escape")
    expect(page.locator("#draft-verdict")).to_contain_text("Safe to publish")


def test_a_form_stays_open_when_the_past_has_been_told(visit: Callable[..., Visit], office: Business) -> None:
    window = visit()
    window.log_in()
    told = Slow(window.page, "**/draft/replay")
    page = window.open(DRAFT)
    told.wait()
    dialog = open_recovery(page)
    dialog.locator('[name="rule-rest-time"]').fill("30 days")
    told.let_go()
    expect(page.locator("#draft-replay")).to_contain_text("last 90 days")
    expect(dialog.locator('[name="rule-rest-time"]')).to_have_value("30 days")
