"""A real browser at a real server, and somebody of Ridgeline Roofing in front of it."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Route, expect, sync_playwright

from tests.cast import Business
from tests.chromium import find
from trellis.journeys.models import Journey
from trellis.team.actions.hours import set_hours
from trellis.web.bundling import bundle, bundle_module, is_entry_sheet

PASSWORD = "x" * 12
AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    # The sync API runs an event loop in this thread, which Django takes for an async view.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=15_000)  # a busy machine may take its time; what is there is seen at once
    with sync_playwright() as playwright:
        yield playwright
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    path = find()
    if path is None:
        pytest.skip("Chromium is not installed: set TRELLIS_CHROMIUM, or install it to run the browser tests.")
    browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
    yield browser
    browser.close()


@pytest.fixture
def office(ridgeline: Business, real_commits: None) -> Business:
    """Ridgeline, open day and night: these stories happen whenever they are run."""
    set_hours(key="office", time_zone="America/Chicago", windows=ALWAYS, by=None, at=timezone.now())
    cache.clear()
    return ridgeline


@pytest.fixture
def lead(office: Business) -> Journey:
    """Renee, a minute ago."""
    contact = office.contact("Renee Castillo", "renee@example.com", "+15015550112")
    return office.lead(contact, at=timezone.now() - timedelta(minutes=1))


ENTRY_SHEETS = tuple(
    f"{path.parent.name}/{path.name}"
    for path in sorted((Path(__file__).resolve().parents[2] / "trellis").rglob("static/*/*.css"))
    if is_entry_sheet(path.read_text())
)


def one_sheet(entry: str) -> str:
    """An entry sheet with its imports written in, as it is served in earnest."""
    return bundle(entry, lambda name: Path(str(finders.find(name))).read_text())


def one_module(entry: str) -> str:
    """An entry module in one piece, likewise."""
    return bundle_module(entry, lambda name: Path(str(finders.find(name))).read_text())


class Visit:
    """A browser window and all that went wrong in it."""

    def __init__(self, context: BrowserContext, address: str, *, has_script: bool = True) -> None:
        self.address = address
        self.has_script = has_script
        self.context = context
        self.faults: list[str] = []
        for entry in ENTRY_SHEETS:
            context.route(f"**/static/{entry}", partial(self._serve, kind="text/css", body=one_sheet(entry)))
        context.route(
            "**/static/web/main.js", partial(self._serve, kind="text/javascript", body=one_module("web/main.js"))
        )
        self.page: Page = context.new_page()
        self.page.on("console", lambda told: self.faults.append(told.text) if told.type == "error" else None)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: self._watch(request.url))

    def _serve(self, route: Route, kind: str, body: str) -> None:
        route.fulfill(body=body, content_type=kind)

    def _watch(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:")):
            self.faults.append(f"asked another host for {url}")

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        self.wait_for_script()
        return self.page

    def wait_for_script(self) -> None:
        """Every element of the page is there. By selector: the page's own policy forbids to evaluate strings."""
        if self.has_script and self.page.locator("key-map").count():
            expect(self.page.locator(":not(:defined)")).to_have_count(0, timeout=10_000)

    def log_in(self, email: str = "maya@ridgeline.example") -> Page:
        self.open("/log-in")
        self.page.get_by_label("Email").fill(email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Log in").click()
        self.page.wait_for_url(self.address + "/")
        self.wait_for_script()
        return self.page

    def toast(self) -> str:
        return self.page.locator(".toast__text").last.inner_text()


@pytest.fixture
def visit(browser: Browser, live_server: Any, office: Business) -> Iterator[Callable[..., Visit]]:
    """Open a window; at the end nothing may have gone wrong in any."""
    visits: list[Visit] = []

    def open_window(**options: Any) -> Visit:
        options.setdefault("viewport", {"width": 1440, "height": 900})
        context = browser.new_context(**options)
        context.set_default_timeout(10_000)
        visits.append(Visit(context, live_server.url, has_script=options.get("java_script_enabled", True)))
        return visits[-1]

    yield open_window
    faults = [fault for visit in visits for fault in visit.faults]
    for visit in visits:
        visit.context.close()
    assert faults == []
