"""Two people look at the same page: what one does, the other sees within three seconds, with their own words kept."""

from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.cast import Business
from trellis.journeys.models import Journey

SOON = 3_000


def test_a_new_lead_appears_by_itself(visit: Callable[..., Visit], lead: Journey, office: Business) -> None:
    window = visit()
    window.log_in()
    page = window.open("/?who=team")
    expect(page.locator(".queue-row")).to_have_count(1)
    office.lead(office.contact("Tasha Greer", "tasha@example.com"))
    expect(page.get_by_role("link", name="Tasha Greer").first).to_be_visible(timeout=SOON)
    expect(page.locator(".queue-row[data-open] .queue-row__link")).to_have_text("Renee Castillo")


def test_half_a_reply_is_kept_while_the_page_changes(visit: Callable[..., Visit], lead: Journey) -> None:
    ours, theirs = visit(), visit()
    ours.log_in()
    theirs.log_in("ben@ridgeline.example")
    page = ours.open(f"/contacts/{lead.contact_id}/")
    page.locator(".composer__text").fill("Hi Renee, we are")
    other = theirs.open(f"/contacts/{lead.contact_id}/?compose=note")
    other.get_by_label("Note").fill("Gate code 1234")
    other.keyboard.press("ControlOrMeta+Enter")
    expect(page.locator(".timeline")).to_contain_text("Gate code 1234", timeout=SOON)
    expect(page.locator(".composer__text")).to_have_value("Hi Renee, we are")
    expect(page.locator(".composer__text")).to_be_focused()
    page.keyboard.type(" on our way")
    expect(page.locator(".composer__text")).to_have_value("Hi Renee, we are on our way")


def test_the_keyboard_stays_where_it_is_while_the_page_changes(
    visit: Callable[..., Visit], lead: Journey, office: Business
) -> None:
    window = visit()
    window.log_in()
    page = window.open(f"/contacts/{lead.contact_id}/?compose=note")
    field = page.get_by_label("Add a tag")
    field.focus()
    page.keyboard.type("Sto")
    with page.expect_response(lambda answer: f"/contacts/{lead.contact_id}/?compose=note" in answer.url):
        office.lead(lead.contact, at=timezone.now())
    page.wait_for_timeout(500)
    expect(field).to_be_focused()
    expect(field).to_have_value("Sto")
