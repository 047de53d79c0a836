"""From an empty database to a lead that is answered: by mouse, by keyboard alone, on a phone without script."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_accessibility import check
from trellis.conversations.actions import log_call
from trellis.journeys.models import Clock, Journey
from trellis.journeys.queries import audit
from trellis.people.models import Contact
from trellis.setup.actions.welcome_key import set_up_key
from trellis.team.models import Business, User

PASSWORD = "storms pass, roofs stay"
# A person needs three to five seconds for each: two minutes are 24 of them at the slowest.
MOST_ACTS = 16
WITHIN_3_S = 3_000


@pytest.fixture
def arrive(
    browser: Browser, live_server: Any, real_commits: None, settings: Any, tmp_path: Path
) -> Iterator[Callable[..., Visit]]:
    """Open a window on a Trellis that nobody has an account in, at the address that was printed."""
    settings.DATA = tmp_path
    cache.clear()
    visits: list[Visit] = []

    def open_window(**options: Any) -> Visit:
        options = {"viewport": {"width": 1440, "height": 900}, "timezone_id": "America/Denver"} | options
        context = browser.new_context(**options)
        context.set_default_timeout(10_000)
        visits.append(Visit(context, live_server.url, has_script=options.get("java_script_enabled", True)))
        visits[-1].open(f"/welcome?key={set_up_key()}")
        return visits[-1]

    yield open_window
    faults = [fault for visit in visits for fault in visit.faults]
    for visit in visits:
        visit.context.close()
    assert faults == []


class Hand:
    """Fills in and presses, and counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.acts = 0

    def fill(self, label: str, text: str) -> None:
        self.acts += 1
        self.page.get_by_label(label).first.fill(text)

    def press(self, button: str) -> None:
        self.acts += 1
        self.page.get_by_role("button", name=button).click()

    def introduce(self) -> None:
        for label, text in (
            ("Name of the business", "Summit Roofing"),
            ("Town", "Boulder, CO"),
            ("Your name", "Alma Real"),
            ("Your email", "alma@summit.example"),
            ("Password", PASSWORD),
        ):
            self.fill(label, text)
        self.press("Next: people & hours")

    def get_ready(self) -> None:
        self.introduce()
        self.press("Next: your playbook")
        self.press("Use this playbook")
        self.press("Create the form")


def test_a_business_is_set_up_and_its_first_lead_answered_in_few_acts(arrive: Callable[..., Visit]) -> None:
    page = arrive().page
    hand = Hand(page)
    expect(page.get_by_label("Time zone")).to_have_value("America/Denver")
    expect(page.locator("[data-guessed]")).to_have_text("United States, USD · US Dollar")
    hand.get_ready()
    expect(page.get_by_role("heading", level=1)).to_have_text("Send yourself a lead")
    hand.press("Send")
    story = page.locator("#story")
    for said in ("Kept", "Alma Real", "Call Alma", "We got your message", "Kept here until email is connected"):
        expect(story).to_contain_text(said)
    expect(page.locator(".message-check__part[data-found]")).to_have_count(3)
    hand.press("Send the answer")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Answered in")
    hand.press("Remove the test lead")
    expect(page.locator(".toast__text")).to_have_text("Test lead removed. The next one is real.")
    assert hand.acts <= MOST_ACTS
    assert Business.objects.get().region == "US"
    assert not Contact.objects.exists()
    assert audit()["violations"] == 0


def test_what_happens_elsewhere_is_seen_without_doing_anything(arrive: Callable[..., Visit]) -> None:
    page = arrive().page
    hand = Hand(page)
    hand.get_ready()
    hand.press("Send")
    expect(page.locator("#story")).to_contain_text("First-reply clock")
    journey, now = Journey.objects.get(), timezone.now()
    log_call(
        contact=journey.contact, direction="out", outcome="answered", started_at=now, seconds=60,
        by=User.objects.get(), journey_id=journey.pk, at=now,
    )  # fmt: skip
    expect(page.get_by_role("heading", level=1)).to_contain_text("Answered in", timeout=WITHIN_3_S)


def test_the_words_on_the_form_are_seen_while_they_are_typed(arrive: Callable[..., Visit]) -> None:
    page = arrive().page
    hand = Hand(page)
    hand.introduce()
    hand.press("Next: your playbook")
    hand.press("Use this playbook")
    hand.fill("Title", "Roof trouble?")
    expect(page.locator('[data-shows="title"]')).to_have_text("Roof trouble?")
    expect(page.get_by_role("button", name="See how it looks")).to_be_hidden()
    page.get_by_role("link", name="People & hours").click()
    page.get_by_label("Other hours").check()
    expect(page.get_by_label("Monday from")).to_have_value("08:00")


def test_by_keyboard_alone(arrive: Callable[..., Visit]) -> None:
    page = arrive().page
    for text in ("Summit Roofing", "Boulder, CO", ""):
        tab_to(page, "input")
        page.keyboard.type(text)
    for text in ("Alma Real", "alma@summit.example", PASSWORD):
        tab_to(page, "input")
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    for button in ("Next: your playbook", "Use this playbook", "Create the form", "Send", "Send the answer"):
        go_on(page, page.get_by_role("button", name=button, exact=True))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Answered in")
    go_on(page, page.get_by_role("link", name="Go to Today"))
    page.wait_for_url("**/")


def tab_to(page: Page, tag: str) -> None:
    """On to the next field that takes text."""
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.localName") == tag:
            return


def go_on(page: Page, control: Locator) -> None:
    """Tab until it has the focus, and press it."""
    expect(control).to_be_visible()
    for _ in range(60):
        if control.evaluate("element => element === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(control).to_be_focused()
    page.keyboard.press("Enter")


def test_on_a_phone_without_script(arrive: Callable[..., Visit]) -> None:
    page = arrive(java_script_enabled=False, viewport={"width": 390, "height": 844}).page
    hand = Hand(page)
    page.get_by_label("Time zone").select_option("America/Chicago")
    hand.get_ready()
    hand.press("Send")
    page.get_by_role("link", name="Look again").click()
    hand.press("Send the answer")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Answered in")
    assert Clock.objects.get(kind="first_response").met_at is not None
    page.get_by_role("link", name="Go to Today").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")


def test_every_step_can_be_read_by_everybody(arrive: Callable[..., Visit]) -> None:
    window = arrive(bypass_csp=True)
    page, hand = window.page, Hand(window.page)
    found = {"business": check(page)}
    with page.expect_navigation():
        hand.introduce()
    page.get_by_label("Other hours").check()
    found["people"] = check(page)
    for button, step in (
        ("Next: your playbook", "playbook"),
        ("Use this playbook", "form"),
        ("Create the form", "lead"),
        ("Send", "story"),
        ("Send the answer", "end"),
    ):
        if step == "playbook":
            page.get_by_label("Around the clock").check()
        with page.expect_navigation():
            hand.press(button)
        found[step] = check(page)
    assert {step: faults for step, faults in found.items() if faults} == {}


def test_the_door_can_be_read_by_everybody(arrive: Callable[..., Visit], browser: Browser, live_server: Any) -> None:
    stranger = Visit(browser.new_context(bypass_csp=True), live_server.url)
    stranger.open("/")
    expect(stranger.page.get_by_label("Set-up key")).to_be_visible()
    assert check(stranger.page) == []
    stranger.context.close()
