"""The Inbox in a real browser: reading and answering by mouse, by keyboard alone, on a phone, and without script."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_accessibility import check
from tests.browser.test_first_load import BUDGET, HEADERS, compressed
from tests.cast import Business, next_step
from trellis.conversations.actions import log_call, receive_message
from trellis.conversations.models import Call, Message
from trellis.desk.queries.inbox import PAGE
from trellis.journeys.models import Journey


@pytest.fixture
def tasha(office: Business) -> Journey:
    """Somebody whom we spoke with half an hour ago, and who has just asked something."""
    now = timezone.now()
    lead = office.lead(office.contact("Tasha Greer", "tasha@example.com", "+15015550119"), at=now - timedelta(hours=1))
    log_call(
        contact=lead.contact,
        direction="out",
        outcome="answered",
        seconds=120,
        started_at=now - timedelta(minutes=30),
        by=office.maya,
        journey_id=lead.pk,
        at=now - timedelta(minutes=30),
    )
    for number in range(12):
        receive_message(
            contact=lead.contact,
            channel="sms",
            sender="+15015550119",
            text=f"Question number {number}: " + "can you come before my adjuster does? " * 3,
            journey_id=lead.pk,
            at=now - timedelta(minutes=20) + timedelta(seconds=number),
        )
    return lead


def row(page: Page, name: str) -> Locator:
    return page.locator(".inbox-row__link").filter(has_text=name)


def wait_for_the_panes(page: Page) -> None:
    for element in ("inbox-panes", "draft-picker"):
        expect(page.locator(f"{element}:defined")).to_have_count(1)


def wait_for_the_end(page: Page) -> None:
    """The thread is longer than its pane, and shows the newest."""
    measure = (
        "pane => pane.scrollHeight > pane.clientHeight && pane.scrollHeight - pane.scrollTop - pane.clientHeight < 5"
    )
    for _ in range(60):
        if page.locator(".thread__said").evaluate(measure):
            return
        page.wait_for_timeout(50)
    raise AssertionError("the thread does not show the newest")


def test_by_mouse_from_the_list_to_the_answer(
    visit: Callable[..., Visit], lead: Journey, tasha: Journey, office: Business
) -> None:
    window = visit()
    page = window.log_in()
    page.get_by_role("link", name="Inbox").first.click()
    expect(page.get_by_role("heading", level=1, name="Inbox")).to_be_visible()
    expect(page.locator("#thread-name")).to_have_text("Renee Castillo")

    row(page, "Tasha Greer").click()
    expect(page.locator("#thread-name")).to_have_text("Tasha Greer")
    expect(page.locator(".inbox-row__link[aria-current]")).to_contain_text("Tasha Greer")
    wait_for_the_end(page)
    assert f"/inbox/{tasha.contact_id}/" in page.url

    page.get_by_label("Text to Tasha Greer").fill("Hi Tasha, yes. Is Thursday 9 AM good for you?")
    expect(page.locator(".composer [data-part][data-found]")).to_have_count(3)
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".said--ours")).to_contain_text("Is Thursday 9 AM good for you?")
    expect(page.locator(".said--ours")).to_contain_text("Not connected: kept here.")
    expect(page.get_by_label("Text to Tasha Greer")).to_have_value("")
    expect(page.get_by_label("Text to Tasha Greer")).to_be_focused()
    expect(page.locator(".composer [data-part][data-found]")).to_have_count(0)
    wait_for_the_end(page)
    assert Message.objects.get(written_by=office.maya).journey_id == tasha.pk

    page.get_by_role("link", name="Call", exact=True).click()
    expect(page.get_by_role("radio", name="We spoke")).to_be_focused()
    page.get_by_label("Minutes").fill("6")
    page.get_by_role("button", name="Log call").click()
    expect(page.locator(".thread-line").last).to_contain_text("Maya called · 6m")
    expect(row(page, "Tasha Greer")).to_have_count(0)
    assert Call.objects.filter(contact=tasha.contact).count() == 2

    page.get_by_role("link", name="Waiting").click()
    expect(row(page, "Tasha Greer")).to_have_count(1)


def test_by_keyboard_alone(visit: Callable[..., Visit], lead: Journey, tasha: Journey) -> None:
    window = visit()
    page = window.log_in()
    page.keyboard.press("g")
    page.keyboard.press("i")
    page.wait_for_url("**/inbox/**")
    window.wait_for_script()
    wait_for_the_panes(page)
    page.keyboard.press("j")
    expect(page.locator("#thread-name")).to_have_text("Tasha Greer")
    expect(row(page, "Tasha Greer")).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("#thread-name")).to_have_text("Renee Castillo")
    page.keyboard.press("j")
    expect(page.locator("#thread-name")).to_have_text("Tasha Greer")

    page.keyboard.press("r")
    expect(page.get_by_label("Text to Tasha Greer")).to_be_focused()
    page.keyboard.type("/shall")
    picker = page.get_by_role("dialog", name="Templates")
    expect(picker.get_by_role("option", name="Shall we close this?")).to_have_attribute("aria-selected", "true")
    expect(picker.get_by_role("option", name="We got it")).to_be_hidden()
    expect(picker.locator(".draft-preview:visible .merge-field")).to_have_text(["Tasha"])
    page.keyboard.press("Enter")
    expect(picker).to_be_hidden()
    expect(page.locator(".composer__text")).to_have_value(
        "Hi Tasha, we do not want to crowd you. Shall we set your request aside for now? "
        "Reply any time and we pick up right where we left off."
    )
    page.keyboard.press("Control+Enter")
    expect(page.locator(".said--ours")).to_contain_text("we do not want to crowd you")
    expect(page.locator(".composer__text")).to_have_value("")

    page.keyboard.type("/")
    expect(picker).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(picker.get_by_role("option").nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(picker).to_be_hidden()


def test_every_act_has_its_key(visit: Callable[..., Visit], tasha: Journey) -> None:
    window = visit()
    window.log_in()
    page = window.open("/inbox/")
    wait_for_the_panes(page)
    page.keyboard.press("p")
    expect(page.get_by_role("radio", name="We spoke")).to_be_focused()
    page.keyboard.press("n")
    expect(page.get_by_label("Note about Tasha Greer")).to_be_focused()
    page.keyboard.type("Gate code 4411")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".thread-line").last).to_contain_text("Gate code 4411")

    row(page, "Tasha Greer").focus()
    page.keyboard.press("s")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".toast__text").last).to_contain_text("Snoozed. Next for Tasha:")
    expect(row(page, "Tasha Greer")).to_be_focused()
    step = next_step(tasha)
    page.keyboard.press("e")
    expect(page.locator(".toast__text").last).to_contain_text("Done.")
    step.refresh_from_db()
    assert step.status == "done"

    row(page, "Tasha Greer").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/contacts/{tasha.contact_id}/**")


def test_what_is_begun_stays_with_the_person_it_is_for(
    visit: Callable[..., Visit], lead: Journey, tasha: Journey
) -> None:
    window = visit()
    window.log_in()
    page = window.open("/inbox/")
    wait_for_the_panes(page)
    page.locator(".composer__text").fill("Dear Renee")
    row(page, "Tasha Greer").click()
    expect(page.locator("#thread-name")).to_have_text("Tasha Greer")
    expect(page.locator(".composer__text")).to_have_value("")
    page.locator(".composer__text").fill("Dear Tasha")
    page.locator(".composer__ways summary").click()
    page.get_by_role("link", name="Email").click()
    expect(page.get_by_label("Email to Tasha Greer")).to_have_value("Dear Tasha")
    expect(page.get_by_label("Email to Tasha Greer")).to_be_focused()
    row(page, "Renee Castillo").click()
    expect(page.locator(".composer__text")).to_have_value("Dear Renee")


def test_what_others_do_appears_without_disturbing_what_is_being_written(
    visit: Callable[..., Visit], lead: Journey, tasha: Journey
) -> None:
    window = visit()
    window.log_in()
    page = window.open(f"/inbox/{tasha.contact_id}/")
    wait_for_the_panes(page)
    page.locator(".composer__text").fill("We are just")
    receive_message(
        contact=tasha.contact,
        channel="sms",
        sender="+15015550119",
        text="Never mind, it stopped",
        journey_id=tasha.pk,
        at=timezone.now(),
    )
    expect(page.locator(".said--theirs").last).to_contain_text("Never mind, it stopped", timeout=6_000)
    expect(page.locator(".composer__text")).to_have_value("We are just")
    expect(page.locator(".composer__text")).to_be_focused()
    wait_for_the_end(page)


def test_what_cannot_be_sent_stays_in_the_composer_with_its_reason(visit: Callable[..., Visit], tasha: Journey) -> None:
    window = visit()
    window.log_in()
    page = window.open(f"/inbox/{tasha.contact_id}/")
    wait_for_the_panes(page)
    page.locator(".composer__text").fill("x" * 1_700)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("This is too long to send.")
    expect(page.locator(".composer__text")).to_have_value("x" * 1_700)
    # The browser tells of every answer that is not a plain yes.
    window.faults = [fault for fault in window.faults if "422" not in fault]


def test_on_a_phone_the_list_comes_first_and_a_row_leads_to_its_thread(
    visit: Callable[..., Visit], lead: Journey, tasha: Journey
) -> None:
    window = visit(viewport={"width": 390, "height": 844}, has_touch=True)
    window.log_in()
    page = window.open("/inbox/")
    expect(page.locator("#thread-name")).to_be_hidden()
    row(page, "Tasha Greer").tap()
    page.wait_for_url(f"**/inbox/{tasha.contact_id}/**")
    window.wait_for_script()
    wait_for_the_end(page)
    expect(page.locator(".inbox-row__link").first).to_be_hidden()
    page.get_by_label("Text to Tasha Greer").fill("On our way. Is the gate open?")
    page.get_by_role("button", name="Send").tap()
    expect(page.locator(".said--ours")).to_contain_text("Is the gate open?")
    small = page.evaluate(
        """() => [...document.querySelectorAll('.thread a, .thread button, .thread summary')]
        .filter((one) => one.checkVisibility() && !one.closest('p .link, .thread__name, .composer__kept'))
        .filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML.slice(0, 90))"""
    )
    assert small == []
    page.get_by_role("link", name="Inbox").first.tap()
    expect(page.locator(".inbox-row__link").first).to_be_visible()


def test_without_script_a_row_a_template_and_an_answer_are_links_and_a_form(
    visit: Callable[..., Visit], lead: Journey, tasha: Journey
) -> None:
    window = visit(java_script_enabled=False)
    window.log_in()
    page = window.open("/inbox/")
    row(page, "Tasha Greer").click()
    expect(page.locator("#thread-name")).to_have_text("Tasha Greer")
    page.get_by_role("link", name="Templates").click()
    page.get_by_role("link", name="Still need help?").click()
    assert "Hi Tasha" in page.locator(".composer__text").input_value()
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#thread-name")).to_have_text("Tasha Greer")
    expect(page.locator(".said--ours")).to_contain_text("Hi Tasha, we have your request on the desk.")
    page.get_by_role("link", name="Snooze").click()
    page.get_by_role("radio", name="In 3 hours").check()
    page.get_by_role("button", name="Snooze").click()
    expect(page.locator(".toast__text")).to_contain_text("Snoozed.")
    expect(page.locator("#thread-name")).to_have_text("Tasha Greer")


def test_everybody_can_read_it(visit: Callable[..., Visit], lead: Journey, tasha: Journey) -> None:
    window = visit(bypass_csp=True)
    window.log_in()
    found = {}
    for address in ("/inbox/", f"/inbox/{tasha.contact_id}/?show=mine&compose=call", "/inbox/?show=done"):
        found[address] = check(window.open(address))
    page = window.open(f"/inbox/{tasha.contact_id}/")
    page.keyboard.press("/")
    expect(page.get_by_role("option").first).to_be_visible()
    found["templates"] = check(page)
    assert {address: faults for address, faults in found.items() if faults} == {}


def test_the_first_load_is_light(visit: Callable[..., Visit], office: Business, tasha: Journey) -> None:
    for number in range(PAGE):
        office.lead(office.contact(f"Lead Number {number}", f"lead{number}@example.com"))
    window = visit()
    window.log_in()
    asked: dict[str, int] = {}
    window.page.on("response", lambda response: asked.setdefault(response.url, 0))
    answer = window.page.goto(f"{window.address}/inbox/{tasha.contact_id}/")
    window.page.wait_for_load_state("networkidle")
    assert answer
    paths = [url.removeprefix(window.address) for url in asked if url != answer.url and "/static/" in url]
    weight = int(answer.header_value("content-length") or 0) + HEADERS
    weight += sum(compressed(path) + HEADERS for path in paths)
    assert len(asked) <= 15, sorted(asked)
    assert weight <= BUDGET, weight
