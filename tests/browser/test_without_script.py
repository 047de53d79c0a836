"""Every form is a plain POST and comes back: the whole job without JavaScript."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.cast import next_step
from trellis.journeys.models import Journey


def test_the_job_can_be_done_without_script(visit: Callable[..., Visit], lead: Journey) -> None:
    window = visit(java_script_enabled=False)
    page = window.log_in()
    expect(page.locator(".queue-row__peek").first).to_be_visible()
    page.get_by_role("link", name="Renee Castillo").first.click()

    page.get_by_label("Text to Renee Castillo").fill("We are on our way. Is the gate open?")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".timeline")).to_contain_text("Is the gate open?")

    page.get_by_role("link", name="Templates").click()
    page.get_by_role("link", name="Still need help?").click()
    assert "Hi Renee" in page.locator(".composer__text").input_value()

    page.get_by_role("link", name="Snooze").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Snooze: Call Renee")
    page.get_by_role("radio", name="In 3 hours").check()
    page.get_by_role("button", name="Snooze").click()
    expect(page.locator(".toast__text")).to_contain_text("Snoozed. Next for Renee:")

    step = next_step(lead)
    page.locator(".next-step-card").get_by_role("button", name="Done").click()
    if page.get_by_label("What happened?").count():
        page.get_by_role("button", name="Done").click()
    expect(page.locator(".toast__text")).to_contain_text("Done.")
    step.refresh_from_db()
    assert step.status == "done"

    page.get_by_role("link", name="Why is it here?").click()
    expect(page.locator(".why__list")).to_be_visible()
    page.get_by_role("link", name="Signals").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Signals")


def test_a_lead_can_be_added_on_a_phone_without_script(visit: Callable[..., Visit]) -> None:
    window = visit(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = window.log_in()
    page.get_by_role("link", name="New lead").first.click()
    page.get_by_label("Name").fill("Tasha Greer")
    page.get_by_label("Phone optional").fill("501 555 0119")
    page.get_by_label("What they need").fill("Hail dents")
    page.get_by_role("button", name="Add lead").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tasha Greer")
    assert Journey.objects.get().contact.name == "Tasha Greer"
