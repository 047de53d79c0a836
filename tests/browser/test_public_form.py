"""The public form without scripts, from a desk to the smallest phone, in light and in dark."""

from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.cast import Business
from trellis.intake.models import Signal
from trellis.journeys.models import Journey
from trellis.steps.capture.actions.open_form import open_form
from trellis.steps.capture.forms import OPENED, TRAP

pytestmark = pytest.mark.slow

SCREENS = {"desk": (1440, 900), "phone": (390, 844), "smallest": (320, 568)}


@pytest.fixture
def look_at_form(visit: Callable[..., Visit], office: Business) -> Iterator[Callable[..., Page]]:
    open_form(key="roof-repair", title="Roof repair", playbook=office.playbook.key, at=timezone.now())
    windows: list[Visit] = []

    def look(screen: str, scheme: str) -> Page:
        width, height = SCREENS[screen]
        window = visit(viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=False)
        windows.append(window)
        return window.open("/f/roof-repair")

    yield look
    # The browser tells of every answer that is not a plain yes.
    for window in windows:
        window.faults = [fault for fault in window.faults if "422" not in fault]


def fits(page: Page) -> bool:
    box, size = page.locator("main").bounding_box(), page.viewport_size
    assert box
    assert size
    return box["width"] <= size["width"]


@pytest.mark.parametrize(("screen", "scheme"), [("desk", "light"), ("phone", "dark"), ("smallest", "light")])
def test_a_visitor_fills_in_the_form_mends_it_and_is_thanked(
    look_at_form: Callable[..., Page], screen: str, scheme: str
) -> None:
    page = look_at_form(screen, scheme)
    page.get_by_label("Your name").fill("Dana Whitlock")
    page.get_by_label("Email").fill("dana@")
    page.get_by_label("How can we help?").fill("A limb came down.")
    page.locator("[name=urgency][value=yes]").check()
    page.wait_for_timeout(2100)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("This email address is not complete")).to_be_visible()
    expect(page.get_by_label("How can we help?")).to_have_value("A limb came down.")
    expect(page.locator("[name=urgency][value=yes]")).to_be_checked()
    assert fits(page)
    page.get_by_label("Email").fill("dana@example.com")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you, we have it")).to_be_visible()
    assert fits(page)
    assert Signal.objects.get().state == "attached"
    assert Journey.objects.get().answers == {"urgency": "yes"}


def test_what_only_machines_see_is_out_of_sight_and_out_of_the_way_of_the_keyboard(
    look_at_form: Callable[..., Page],
) -> None:
    page = look_at_form("desk", "light")
    reached = set()
    for _ in range(20):
        page.keyboard.press("Tab")
        reached.add(page.locator(":focus").get_attribute("name") if page.locator(":focus").count() else "")
    assert {"name", "email", "message"} <= reached
    assert not {TRAP, OPENED} & reached
    box = page.locator(f"[name={TRAP}]").bounding_box()
    assert box
    assert box["x"] < 0
