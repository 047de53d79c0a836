"""A lead is handed over and accepted by one key; and the calendar of who answers, by keyboard and without script."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.cast import Business
from trellis.core.memory import forget
from trellis.journeys.actions import assign_journey, move_journey
from trellis.journeys.models import Handover, Journey
from trellis.journeys.publish import pack, publish_playbook
from trellis.team.actions.absences import put_on_leave


@pytest.fixture
def offered(office: Business) -> Journey:
    """Maya's lead waits for Ben."""
    at = timezone.now() - timedelta(minutes=2)
    publish_playbook(
        pack("storm-and-repair").replace("team: estimators,", "team: estimators, accept: 2h,"), by=None, at=at
    )
    forget()
    journey = office.lead(office.contact("Renee Castillo", "renee@example.com"), at=at)
    assign_journey(journey, owner=office.maya, by=office.maya, at=at)
    return move_journey(journey, stage="qualified", by=office.maya, at=at)


def test_one_key_accepts_what_is_handed_over(visit: Callable[..., Visit], offered: Journey, office: Business) -> None:
    page = visit().log_in("ben@ridgeline.example")
    group = page.locator(".queue-group").first
    expect(group).to_contain_text("Offered to you")
    expect(group).to_contain_text("Accept from Maya")
    page.keyboard.press("y")
    expect(page.locator(".toast__text").last).to_contain_text("It is yours now. Next for Renee:")
    expect(page.locator("#queue")).not_to_contain_text("Offered to you")
    offered.refresh_from_db()
    assert offered.owner == office.ben


def test_one_key_asks_why_not(visit: Callable[..., Visit], offered: Journey, office: Business) -> None:
    page = visit().log_in("ben@ridgeline.example")
    page.keyboard.press("x")
    asked = page.get_by_role("dialog", name="You cannot take it?")
    asked.get_by_label("Why").fill("On a roof all day")
    page.keyboard.press("Enter")
    expect(page.locator(".toast__text").last).to_contain_text("Declined.")
    assert Handover.objects.get(declined_at__isnull=False).reason == "On a roof all day"
    offered.refresh_from_db()
    assert offered.owner == office.maya


def test_a_handover_is_answered_without_script(visit: Callable[..., Visit], offered: Journey, office: Business) -> None:
    page = visit(java_script_enabled=False).log_in("ben@ridgeline.example")
    page.get_by_role("button", name="Accept").first.click()
    expect(page.locator(".toast__text")).to_contain_text("It is yours now.")
    offered.refresh_from_db()
    assert offered.owner == office.ben


def test_who_answers_is_read_by_keyboard(visit: Callable[..., Visit], office: Business) -> None:
    now = timezone.now()
    for user in (office.maya, office.ben):
        put_on_leave(user, starts_at=now + timedelta(days=2), ends_at=now + timedelta(days=4), by=None, at=now)
    window = visit()
    window.log_in()
    page = window.open("/people/coverage")
    says = page.locator(".coverage-moment__says")
    expect(says).to_contain_text("Maya answers, then Ben")
    page.locator("a.coverage-part--broken").first.focus()  # a part too short to be hit is no link
    expect(says).to_contain_text("nobody is on duty; Maya is back first")
    expect(page.locator(".coverage-moment")).to_contain_text("the promise would break")
    page.keyboard.press("Enter")
    page.wait_for_url("**moment=*")
    expect(page.get_by_role("link", name="Change who is away")).to_be_visible()


def test_who_answers_is_read_without_script(visit: Callable[..., Visit], office: Business) -> None:
    window = visit(java_script_enabled=False)
    window.log_in()
    page = window.open("/people/coverage")
    page.get_by_label("A lead in").select_option(label="Storm & repair: Qualified")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".coverage-moment__says")).to_contain_text("Ben answers, then Priya")
    page.locator("a.coverage-part").last.click()
    expect(page.locator(".coverage-part[aria-current]")).to_have_count(1)
