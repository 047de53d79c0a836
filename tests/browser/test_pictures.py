"""The pictures in the README and the guide, taken of the demo business. TRELLIS_PICTURES=docs/img keeps them."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visit
from tests.cast import chicago
from trellis.config.demo.company import company
from trellis.config.demo.plant import plant
from trellis.journeys.models import Journey
from trellis.setup.actions.welcome_key import set_up_key
from trellis.steps.capture.models import Form

pytestmark = pytest.mark.slow

# A Tuesday morning in Conway: the same pictures whenever they are taken.
NOW = chicago("2026-06-09 10:34")
LOOKS: dict[str, dict[str, Any]] = {
    "": {"viewport": {"width": 1440, "height": 900}},
    "-dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    "-phone": {"viewport": {"width": 390, "height": 844}},
}
# Axe goes through the dark and the small ones; here they are only looked through where the pictures are kept.
IS_KEPT = bool(os.environ.get("TRELLIS_PICTURES"))
PAGES = {
    "board": "/board/",
    "board-table": "/board/table",
    "inbox": "/inbox/",
    "contacts": "/contacts/",
    "lists": "/lists/contacts/",
    "import": "/import/",
    "roles": "/settings/roles/sales",
    "signals": "/signals/",
    "coverage": "/coverage",
    "playbooks": "/playbooks/",
    "playbook": "/playbooks/storm-and-repair/",
    "playbook-draft": "/playbooks/storm-and-repair/draft/",
    "playbook-cell": "/playbooks/storm-and-repair/draft/cells/recovery/new",
    "playbook-scenarios": "/playbooks/storm-and-repair/draft/scenarios",
    "people": "/people/",
    "away": "/people/away",
    "who-answers": "/people/coverage",
    "hours": "/people/hours/office",
    "settings": "/settings",
    "changes": "/settings/changes",
    "email": "/settings/connect/smtp",
    "business": "/settings/business",
    "preferences": "/preferences",
    "form": "/f/roof-repair",
}


@pytest.fixture
def album(tmp_path: Path) -> Path:
    return Path(os.environ.get("TRELLIS_PICTURES") or tmp_path)


@pytest.fixture
def look_through(
    browser: Browser, live_server: Any, real_commits: None, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    """Let somebody go through pages in each look; nothing may go wrong in any."""
    cache.clear()
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)

    def look(take: Callable[[Visit, str], None], *looks: str) -> None:
        for name in looks or (LOOKS if IS_KEPT else [""]):
            window = Visit(browser.new_context(**LOOKS[name]), live_server.url)
            window.page.clock.set_fixed_time(NOW)
            take(window, name)
            window.context.close()
            assert window.faults == []

    return look


def test_every_page_of_the_demo_can_be_shown(look_through: Callable[..., None], album: Path) -> None:
    plant(NOW)
    dana = Journey.objects.get(contact__name="Dana Whitlock")
    pages = PAGES | {"form-editor": f"/settings/forms/{Form.objects.get(key='roof-repair').pk}"}

    def take(window: Visit, look: str) -> None:
        page = log_in(window)
        page.get_by_role("link", name="Team").click()
        keep(page, album / f"today{look}.png")
        page.get_by_role("link", name="Dana Whitlock").first.click()
        page.get_by_role("heading", level=1, name="Dana Whitlock").wait_for()
        keep(page, album / f"contact{look}.png")
        keep(window.open(f"/journeys/{dana.pk}/why?ask=Still+need+help"), album / f"why{look}.png")
        for name, path in pages.items():
            keep(window.open(path), album / f"{name}{look}.png")
        open_palette(window.open("/"), album / f"palette{look}.png")

    look_through(take)


def test_the_first_run_can_be_shown(
    look_through: Callable[..., None], album: Path, settings: Any, tmp_path: Path
) -> None:
    settings.DATA = tmp_path
    look_through(lambda window, look: keep(window.open(f"/welcome?key={set_up_key()}"), album / f"welcome{look}.png"))


def log_in(window: Visit) -> Page:
    page = window.open("/")
    page.get_by_label("Email").fill("maya@ridgeline.example")
    page.get_by_label("Password").fill(company().password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(window.address + "/")
    return page


def keep(page: Page, path: Path) -> None:
    """Once what the page asks for by itself has arrived."""
    expect(page.locator('[hx-trigger="load"]')).to_have_count(0, timeout=10_000)
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(150)
    page.screenshot(path=path)


def open_palette(page: Page, path: Path) -> None:
    page.keyboard.press("ControlOrMeta+k")
    page.keyboard.type("tash")
    page.get_by_role("option", name="Tasha Greer").first.wait_for()
    keep(page, path)
