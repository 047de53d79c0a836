"""The main job, by mouse and by keyboard: see the queue, open a lead, answer, and say what comes next."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.cast import Business, next_step
from trellis.conversations.models import Call, Message
from trellis.journeys.models import Journey
from trellis.team.models import User


def test_by_mouse_from_the_queue_to_the_next_step(visit: Callable[..., Visit], lead: Journey, office: Business) -> None:
    window = visit()
    page = window.log_in()
    expect(page.get_by_role("heading", name="Due in the next hour")).to_be_visible()
    page.get_by_role("link", name="Renee Castillo").first.click()
    expect(page.get_by_role("heading", level=1, name="Renee Castillo")).to_be_visible()

    page.get_by_label("Text to Renee Castillo").fill(
        "Hi Renee, we got your note. Are you home until 2? We will call you."
    )
    expect(page.locator("[data-part][data-found]")).to_have_count(3)
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".bubble--ours").first).to_contain_text("Are you home until 2?")
    expect(page.locator(".timeline")).to_contain_text("Not connected: kept here.")
    assert Message.objects.get(written_by=office.maya).held

    page.get_by_role("link", name="Log a call").click()
    page.get_by_role("radio", name="We spoke").check()
    page.get_by_label("Minutes").fill("6")
    page.get_by_label("What was said").fill("Limb is on the carport")
    page.get_by_role("button", name="Log call").click()
    expect(page.locator(".timeline")).to_contain_text("spoke with Renee by phone")
    expect(page.locator(".stem [aria-current]")).to_have_text("In conversation")
    assert Call.objects.get().outcome == "answered"

    page.get_by_role("link", name="Snooze").click()
    page.get_by_role("dialog").get_by_role("radio", name="In 3 hours").check()
    page.get_by_role("dialog").get_by_role("button", name="Snooze").click()
    expect(page.locator(".toast__text")).to_contain_text("Snoozed. Next for Renee:")
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.get_by_role("link", name="Reassign").click()
    page.get_by_role("dialog").get_by_role("radio", name="Tom Okafor").check()
    page.get_by_role("dialog").get_by_role("button", name="Reassign").click()
    expect(page.locator(".next-step-card__owner")).to_contain_text("Tom Okafor")

    step = next_step(lead)
    page.locator(".next-step-card").get_by_role("button", name="Done").click()
    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text("No rule plans what comes after this.")
    asked.get_by_label("What happened?").fill("All four answers are in")
    asked.get_by_role("button", name="Done").click()
    expect(page.locator(".toast__text").last).to_contain_text("Done.")
    step.refresh_from_db()
    assert step.status == "done"

    page.locator(".toast").last.get_by_role("button", name="Undo").click()
    expect(page.locator(".toast__text").last).to_contain_text("Taken back.")
    assert next_step(lead).replaces == step.pk


def test_by_keyboard_alone(visit: Callable[..., Visit], lead: Journey, office: Business) -> None:
    second = office.lead(office.contact("Tasha Greer", "tasha@example.com"), at=lead.started_at)
    window = visit()
    window.log_in()
    page = window.open("/?who=team")
    open_row = page.locator(".queue-row[data-open]")
    first_name = open_row.locator(".queue-row__link").inner_text()
    page.keyboard.press("j")
    expect(open_row.locator(".queue-row__link")).not_to_have_text(first_name)
    page.keyboard.press("k")
    expect(open_row.locator(".queue-row__link")).to_have_text(first_name)
    expect(open_row.locator(".queue-row__link")).to_be_focused()

    page.keyboard.press("s")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(".toast__text")).to_contain_text("Snoozed.")
    expect(open_row.locator(".queue-row__link")).not_to_have_text(first_name)
    expect(open_row.locator(".queue-row__link")).to_be_focused()

    page.keyboard.press("z")
    expect(page.locator(".toast__text").last).to_contain_text("Taken back.")
    page.keyboard.press("Enter")
    page.wait_for_url("**/contacts/**")
    window.wait_for_script()
    page.keyboard.press("r")
    page.keyboard.type("j and k are letters here. Are you home?")
    expect(page.locator(".composer__text")).to_have_value("j and k are letters here. Are you home?")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast__text")).to_contain_text("kept here")
    window.wait_for_script()
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/signals/")
    window.wait_for_script()
    page.keyboard.press("c")
    page.wait_for_url("**/leads/new")
    expect(page.get_by_label("Name")).to_be_focused()
    assert second.pk


def test_the_key_sheet_lists_what_works_and_a_person_can_do_without(
    visit: Callable[..., Visit], lead: Journey, office: Business
) -> None:
    window = visit()
    page = window.log_in()
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys on this page")
    for label in ("Next lead", "Snooze", "Done", "Assign", "Move to a stage", "New lead", "Signals"):
        expect(sheet.locator(".key-sheet__row").filter(has_text=label).first).to_be_visible()
    sheet.get_by_role("button", name="Close").click()
    User.objects.filter(pk=office.maya.pk).update(single_keys="off")
    page = window.open("/")
    page.keyboard.press("c")
    page.wait_for_timeout(150)
    assert page.url == window.address + "/"
    page.keyboard.press("ControlOrMeta+k")
    expect(page.get_by_role("combobox")).to_be_focused()


def test_a_refused_answer_stays_in_the_dialog_with_its_reason(visit: Callable[..., Visit], lead: Journey) -> None:
    window = visit()
    page = window.log_in()
    page.keyboard.press("s")
    page.get_by_role("dialog").get_by_role("radio", name="Another time").check()
    page.get_by_role("dialog").get_by_label("Another time optional").fill("2020-01-01T09:00")
    page.get_by_role("dialog").get_by_role("button", name="Snooze").click()
    expect(page.get_by_role("dialog")).to_contain_text("That time has passed.")
    # The browser tells of every answer that is not a plain yes.
    window.faults = [fault for fault in window.faults if "422" not in fault]
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_template_fills_the_composer(visit: Callable[..., Visit], lead: Journey) -> None:
    window = visit()
    window.log_in()
    page = window.open(f"/contacts/{lead.contact_id}/")
    expect(page.locator("draft-picker:defined")).to_have_count(1)
    page.keyboard.press("/")
    page.get_by_role("option", name="Still need help?").click()
    expect(page.locator(".composer__text")).to_have_value(
        "Hi Renee, we have your request on the desk. Is the roof still giving you trouble? "
        f"Reply with a good time and {lead.owner.first_name if lead.owner else ''} will call you then."
    )


def test_whoever_has_sent_something_goes_on_where_they_wrote(visit: Callable[..., Visit], lead: Journey) -> None:
    window = visit()
    window.log_in()
    page = window.open(f"/contacts/{lead.contact_id}/")
    for key, words in (("r", "Shall we come by at ten?"), ("n", "Gate code 1234")):
        page.keyboard.press(key)
        expect(page.locator(".composer__text")).to_be_focused()
        page.keyboard.type(words)
        page.keyboard.press("Control+Enter")
        expect(page.locator(".timeline")).to_contain_text(words)
        window.wait_for_script()
        expect(page.locator(".composer__tab[aria-current]")).to_be_focused()
    page.keyboard.press("z")
    expect(page.locator(".timeline")).not_to_contain_text("Gate code 1234")


def test_after_r_in_the_queue_what_is_typed_stands_in_the_answer(
    visit: Callable[..., Visit], lead: Journey, office: Business
) -> None:
    window = visit()
    page = window.log_in()
    page.keyboard.press("r")
    page.wait_for_url("**/contacts/**")
    window.wait_for_script()
    text = page.get_by_label("Text to Renee Castillo")
    expect(text).to_be_focused()
    page.keyboard.type("Are you home?")
    expect(text).to_have_value("Are you home?")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_after_p_in_the_queue_the_keyboard_is_at_how_the_call_went(
    visit: Callable[..., Visit], lead: Journey, office: Business
) -> None:
    window = visit()
    page = window.log_in()
    page.keyboard.press("p")
    page.wait_for_url("**/contacts/**")
    window.wait_for_script()
    expect(page.get_by_role("radio", name="We spoke")).to_be_focused()


def test_a_tap_on_a_name_below_the_open_row_leads_to_that_person(
    visit: Callable[..., Visit], lead: Journey, office: Business
) -> None:
    for name in ("Tasha Greer", "Kevin Doyle", "Elena Ruiz"):
        office.lead(office.contact(name, f"{name[:3]}@example.com"))
    window = visit(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = window.log_in()
    below = page.locator(".queue-row:not([data-open]) .queue-row__link").last
    name = below.inner_text()
    below.tap()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
