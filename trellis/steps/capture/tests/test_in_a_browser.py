"""The public form in a real browser, without scripts, from a desk to the smallest phone, in light and in dark."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, sync_playwright

from tests import chromium
from trellis.intake.models import Signal
from trellis.journeys.models import Journey
from trellis.steps.capture.forms import OPENED, TRAP

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SCREENS = {"desk": (1440, 900), "phone": (390, 844), "smallest": (320, 568)}


@pytest.fixture
def visit(real_commits, roof_repair, live_server) -> Callable[..., None]:
    """Open the form on a screen; what the visitor does there happens before any row is read."""
    path = chromium.find()
    if path is None:
        pytest.skip("Chromium is not installed")

    def visit(screen: str, scheme: str, act) -> None:
        width, height = SCREENS[screen]
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            page = browser.new_page(
                viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=False
            )
            page.goto(f"{live_server.url}/f/roof-repair")
            act(page)
            browser.close()

    return visit


def fill_in(page: Page) -> None:
    page.get_by_label("Your name").fill("Dana Whitlock")
    page.get_by_label("Email").fill("dana@")
    page.get_by_label("How can we help?").fill("A limb came down.")
    page.locator("[name=urgency][value=yes]").check()
    page.wait_for_timeout(2100)
    page.get_by_role("button", name="Send").click()


def fits(page: Page) -> bool:
    return page.locator("main").bounding_box()["width"] <= page.viewport_size["width"]


@pytest.mark.parametrize(("screen", "scheme"), [("desk", "light"), ("phone", "dark"), ("smallest", "light")])
def test_a_visitor_fills_in_the_form_mends_it_and_is_thanked(visit, screen, scheme):
    def act(page: Page) -> None:
        fill_in(page)
        assert page.get_by_text("This email address is not complete").is_visible()
        assert page.get_by_label("How can we help?").input_value() == "A limb came down."
        assert page.locator("[name=urgency][value=yes]").is_checked()
        assert fits(page)
        page.get_by_label("Email").fill("dana@example.com")
        page.get_by_role("button", name="Send").click()
        assert page.get_by_role("heading", name="Thank you, we have it").is_visible()
        assert fits(page)

    visit(screen, scheme, act)

    assert Signal.objects.get().state == "attached"
    assert Journey.objects.get().answers == {"urgency": "yes"}


def test_what_only_machines_see_is_out_of_sight_and_out_of_the_way_of_the_keyboard(visit):
    def act(page: Page) -> None:
        reached = set()
        for _ in range(20):
            page.keyboard.press("Tab")
            reached.add(page.locator(":focus").get_attribute("name") if page.locator(":focus").count() else "")
        assert {"name", "email", "message"} <= reached
        assert not {TRAP, OPENED} & reached
        assert page.locator(f"[name={TRAP}]").bounding_box()["x"] < 0

    visit("desk", "light", act)
