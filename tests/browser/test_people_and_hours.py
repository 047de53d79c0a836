"""A colleague's holiday, by mouse, by keyboard alone and on a phone; and what script adds to the pages about people."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.cast import CHICAGO, Business, next_step
from trellis.journeys.actions import assign_journey
from trellis.journeys.models import Journey
from trellis.team.models import Absence, User


@pytest.fixture
def monday() -> Any:
    """The one after next week's."""
    today = timezone.now().astimezone(CHICAGO).date()
    return today + timedelta(days=14 - today.weekday())


def spent(absence: Absence) -> tuple[Any, Any]:
    start, end = (moment.astimezone(CHICAGO) for moment in (absence.starts_at, absence.ends_at))
    return start.replace(tzinfo=None).isoformat(), end.replace(tzinfo=None).isoformat()


def test_a_colleagues_holiday_by_mouse(
    visit: Callable[..., Visit], lead: Journey, office: Business, monday: Any
) -> None:
    assign_journey(lead, owner=office.ben, by=office.maya, at=timezone.now())
    window = visit()
    page = window.log_in()
    page.get_by_role("link", name="People & hours").click()
    page.get_by_role("link", name="Who is there").click()
    window.wait_for_script()
    page.get_by_role("link", name="Add absence").click()
    asked = page.get_by_role("dialog", name="Add an absence")
    asked.get_by_label("Who").select_option(label="Ben Whitfield")
    due = next_step(lead).due_at
    assert due
    today = timezone.now().astimezone(CHICAGO).date()
    asked.get_by_label("First day").fill(today.isoformat())
    asked.get_by_label("Last day").fill(monday.isoformat())
    expect(asked).to_contain_text("1 step is due in that time. It passes to whoever is there once Ben is away.")
    asked.get_by_label("Reason").fill("Lake")
    asked.get_by_role("button", name="Add absence").click()
    expect(page.locator(".toast__text")).to_contain_text("Ben is away")
    expect(page.get_by_role("dialog")).to_have_count(0)
    row = page.locator(".leave-list__row").filter(has_text="Ben Whitfield")
    expect(row).to_contain_text("Lake")
    expect(page.locator(".strip__away").first).to_be_visible()
    row.get_by_role("link", name="Change").click()
    page.get_by_role("dialog").get_by_label("First day").fill(monday.isoformat())
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(row).to_contain_text("No step of Ben is due in that time yet.")
    row.get_by_role("button", name="Remove").click()
    expect(page.locator(".toast__text").last).to_contain_text("Ben is not away then.")
    expect(row).to_have_count(0)
    assert not Absence.objects.exists()
    page.locator(".toast").last.get_by_role("button", name="Undo").click()
    expect(row).to_contain_text("Lake")


def test_a_colleagues_holiday_by_keyboard_alone(visit: Callable[..., Visit], office: Business, monday: Any) -> None:
    window = visit()
    page = window.log_in()
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.wait_for_url("**/people/")
    window.wait_for_script()
    tab_to(page, "Who is there")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/away")
    window.wait_for_script()
    page.keyboard.press("c")
    asked = page.get_by_role("dialog", name="Add an absence")
    expect(asked.get_by_label("Who")).to_be_focused()
    page.keyboard.type("Ben")
    page.keyboard.press("Tab")
    page.keyboard.type(f"{monday:%m%d%Y}")
    tab_to(page, "Reason")
    page.keyboard.type("Lake")
    page.keyboard.press("Enter")
    expect(page.locator(".toast__text")).to_contain_text("Ben is away")
    absence = Absence.objects.get()
    assert absence.user == office.ben
    assert spent(absence) == (f"{monday}T00:00:00", f"{monday + timedelta(days=1)}T00:00:00")


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has this name is focused."""
    for _ in range(40):
        page.keyboard.press("Tab")
        words = page.evaluate("document.activeElement.labels?.[0]?.textContent ?? document.activeElement.textContent")
        if str(words).strip().startswith(name):
            return
    raise AssertionError(f"{name} cannot be reached by keyboard")


def test_a_colleagues_holiday_on_a_phone(visit: Callable[..., Visit], office: Business, monday: Any) -> None:
    window = visit(viewport={"width": 390, "height": 844}, has_touch=True)
    page = window.log_in()
    page.locator(".tab-bar").get_by_text("More").tap()
    page.locator(".tab-bar__panel").get_by_role("link", name="People & hours").tap()
    page.get_by_role("link", name="Who is there").tap()
    window.wait_for_script()
    page.get_by_role("link", name="Add absence").tap()
    asked = page.get_by_role("dialog")
    asked.get_by_label("Who").select_option(label="Tom Okafor")
    asked.get_by_label("First day").fill(monday.isoformat())
    asked.get_by_role("button", name="Add absence").tap()
    expect(page.locator(".leave-list__row")).to_contain_text("Tom Okafor")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_colleagues_holiday_without_script(visit: Callable[..., Visit], office: Business, monday: Any) -> None:
    window = visit(java_script_enabled=False)
    window.log_in()
    page = window.open("/people/away")
    page.get_by_role("link", name="Add absence").click()
    page.get_by_label("Who").select_option(label="Ben Whitfield")
    page.get_by_label("First day").fill(monday.isoformat())
    page.get_by_role("button", name="Add absence").click()
    expect(page.locator(".leave-list__row")).to_contain_text("Ben Whitfield")
    page.locator(".leave-list__row").get_by_role("button", name="Remove").click()
    expect(page.locator(".leave-list__row")).to_have_count(0)


def test_a_new_person_and_the_password_that_is_shown_once(visit: Callable[..., Visit], office: Business) -> None:
    window = visit()
    window.log_in()
    page = window.open("/people/")
    page.keyboard.press("c")
    asked = page.get_by_role("dialog")
    expect(asked.get_by_label("Name")).to_be_focused()
    page.keyboard.type("Rosa Diaz")
    asked.get_by_label("Email").fill("ben@ridgeline.example")
    asked.get_by_role("button", name="Add person").click()
    expect(asked).to_contain_text("Somebody here has this email already. Write another one.")
    window.faults = [fault for fault in window.faults if "422" not in fault]
    asked.get_by_label("Email").fill("rosa@ridgeline.example")
    asked.get_by_role("radio", name="A password").check()
    asked.get_by_role("button", name="Add person").click()
    expect(asked).to_contain_text("Rosa Diaz can log in")
    password = asked.locator("code").inner_text()
    assert re.fullmatch(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", password)
    asked.get_by_role("link", name="Done").click()
    expect(page.get_by_role("row").filter(has_text="Rosa Diaz")).to_contain_text("Sales")
    assert User.objects.get(email="rosa@ridgeline.example").check_password(password)


def test_a_colleague_comes_in_by_a_link_that_is_shown_in_the_dialog(
    visit: Callable[..., Visit], office: Business
) -> None:
    window = visit(viewport={"width": 390, "height": 800})
    window.log_in()
    page = window.open("/people/new")
    page.get_by_label("Name").fill("Rosa Diaz")
    page.get_by_label("Email").fill("rosa@ridgeline.example")
    page.get_by_role("button", name="Add person").click()
    expect(page.get_by_role("heading", name="A link for Rosa Diaz")).to_be_visible()
    expect(page.get_by_text("Only this computer can open that link.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shown = page.locator("code")
    inside = "code => code.getBoundingClientRect().right <= code.closest('.dialog').getBoundingClientRect().right"
    assert shown.evaluate(inside)
    new = visit()
    new.open(urlsplit(shown.inner_text()).path)
    new.page.get_by_label("New password", exact=True).fill("quiet-river-stone")
    new.page.get_by_label("New password again").fill("quiet-river-stone")
    new.page.get_by_role("button", name="Set password and go in").click()
    new.page.wait_for_url(new.address + "/")


def test_the_order_of_turn_changes_by_a_press(visit: Callable[..., Visit], office: Business) -> None:
    window = visit()
    window.log_in()
    page = window.open("/people/teams")
    front_desk = page.locator(".team").filter(has_text="Front desk")
    expect(front_desk.locator(".team__member").first).to_contain_text("Maya Ortiz")
    front_desk.get_by_role("button", name="Ben Whitfield up in Front desk").click()
    expect(front_desk.locator(".team__member").first).to_contain_text("Ben Whitfield")


def test_parts_of_a_country_follow_its_choice(visit: Callable[..., Visit], office: Business) -> None:
    window = visit()
    window.log_in()
    page = window.open("/people/hours")
    page.get_by_label("Public holidays of").select_option(label="Germany")
    page.get_by_label("In which part").select_option(value="DE-BY")
    page.get_by_role("button", name="Save hours").click()
    expect(page.locator(".day-list")).to_contain_text("public holiday")
    expect(page.get_by_label("In which part")).to_have_value("DE-BY")


def test_a_theme_is_seen_before_it_is_saved_and_stays(visit: Callable[..., Visit], office: Business) -> None:
    window = visit()
    window.log_in()
    page = window.open("/preferences")
    page.get_by_role("radio", name="Dark").check()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast__text")).to_contain_text("Saved.")
    window.open("/people/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.locator(".person-menu__summary").click()
    page.locator(".person-menu__panel").get_by_role("button", name="Light").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    assert page.url == window.address + "/people/"
