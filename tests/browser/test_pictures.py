"""The pictures in the README and the guide, taken of the demo business. TRELLIS_PICTURES=docs/img keeps them."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Browser

from tests.browser.conftest import Visit
from trellis.config.demo.business import PASSWORD
from trellis.config.demo.plant import plant

pytestmark = pytest.mark.slow

LOOKS: dict[str, dict[str, Any]] = {
    "": {"viewport": {"width": 1440, "height": 900}},
    "-dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    "-phone": {"viewport": {"width": 390, "height": 844}},
}
PAGES = {"signals": "/signals/", "coverage": "/coverage", "connections": "/connections", "form": "/f/roof-repair"}


@pytest.fixture
def demo(real_commits: None) -> None:
    cache.clear()
    plant(timezone.now())


def test_every_page_of_the_demo_can_be_shown(browser: Browser, live_server: Any, demo: None, tmp_path: Path) -> None:
    album = Path(os.environ.get("TRELLIS_PICTURES") or tmp_path)
    for look, options in LOOKS.items():
        window = Visit(browser.new_context(**options), live_server.url)
        take_pictures(window, album, look)
        window.context.close()
        assert window.faults == []


def take_pictures(window: Visit, album: Path, look: str) -> None:
    page = window.open("/")
    page.get_by_label("Email").fill("maya@ridgeline.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(window.address + "/")
    page.get_by_role("link", name="Team").click()
    page.screenshot(path=album / f"today{look}.png")
    page.get_by_role("link", name="Dana Whitlock").first.click()
    page.get_by_role("heading", level=1, name="Dana Whitlock").wait_for()
    page.screenshot(path=album / f"contact{look}.png")
    for name, path in PAGES.items():
        window.open(path)
        page.screenshot(path=album / f"{name}{look}.png")
