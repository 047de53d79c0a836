"""Maya changes how the business works in the matrix itself, by keyboard alone, and sees at once whether it holds."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.cast import Business
from trellis.journeys.models import Playbook
from trellis.journeys.publish import active_now

DRAFT = "/playbooks/storm-and-repair/draft/"


def write(page: Page, *answers: str) -> None:
    """One answer a field: None of them needs the mouse. An empty one leaves what stands there."""
    for answer in answers:
        if answer:
            page.keyboard.type(answer)
        page.keyboard.press("Tab")


def test_a_discovery_call_is_added_with_the_keyboard_alone(visit: Callable[..., Visit], office: Business) -> None:
    window = visit()
    window.log_in()
    page = window.open("/playbooks/storm-and-repair/")
    page.keyboard.press("c")
    page.wait_for_url(f"**{DRAFT}")
    window.wait_for_script()
    expect(page.get_by_role("button", name="Publish draft")).to_be_disabled()
    page.keyboard.press("c")
    expect(page.get_by_label("Title", exact=True)).to_be_focused()
    write(page, "Discovery call", "Qualified", "Front", "2 days")
    write(page, "Have the discovery call with [first name]", "", "1 day")
    write(page, "Shall we talk?", "Hi [first name, or there], thanks for the answers.")
    write(page, "Is tomorrow morning good for a call?", "[owner's first name] will call you then.")
    write(page, "2", "", "30 days")
    expect(page.locator("#cell-check")).to_contain_text("Safe to publish.", timeout=20_000)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".toast__text")).to_contain_text("Discovery call is in the draft.")
    expect(page.get_by_role("columnheader", name="Discovery call")).to_contain_text("limit 2 working days")
    heads = [head.bounding_box() for head in page.locator(".matrix__stage").all()]
    assert len({head["y"] for head in heads if head}) == 1
    expect(page.locator(".verdict")).to_contain_text("Safe to publish", timeout=20_000)
    page.get_by_role("link", name="Publish draft").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Why").focus()
    page.keyboard.type("We talk before we offer")
    page.keyboard.press("Enter")
    expect(page.locator(".toast__text")).to_contain_text("Version 2 is live.")
    live = active_now("storm-and-repair")
    assert live
    source = Playbook.objects.get(pk=live.pk).source
    assert "  discovery-call:\n" in source
    assert "{{ contact.first_name | default: 'there' }}, thanks for the answers." in source


def test_what_breaks_turns_ember_before_it_is_saved_and_is_taken_back(
    visit: Callable[..., Visit], office: Business
) -> None:
    window = visit()
    window.log_in()
    page = window.open(DRAFT)
    cell = page.get_by_role("link", name="Change recovery of New")
    cell.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Recovery of New")
    dialog.get_by_role("combobox", name="Do").nth(3).focus()
    page.keyboard.type("Take this out")
    expect(page.locator("#cell-check")).to_contain_text("Not safe to publish:")
    expect(page.locator("#draft-verdict")).to_contain_text("Not yet: 1 to put right")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(cell).to_be_focused()
    page.keyboard.press("Enter")
    dialog.get_by_role("combobox", name="Do").nth(3).select_option("remove")
    expect(page.locator("#cell-check")).to_contain_text("Not safe to publish:")
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator(".matrix__cell--late")).to_contain_text("Quiet 2 hours")
    expect(page.get_by_role("button", name="Publish draft")).to_be_disabled()
    expect(cell).to_be_focused()
    page.keyboard.press("z")
    expect(page.locator(".matrix__cell--late")).to_have_count(0)
    expect(page.locator(".verdict")).to_contain_text("Safe to publish", timeout=20_000)


def test_a_cell_is_changed_without_script(visit: Callable[..., Visit], office: Business) -> None:
    window = visit(java_script_enabled=False)
    window.log_in()
    page = window.open(DRAFT)
    page.get_by_role("link", name="Change timing of New").click()
    page.get_by_label("The first reply").fill("10 min")
    page.get_by_label("The first reply").press("Enter")
    expect(page.get_by_text("First reply in 10 min.")).to_be_visible()


def test_a_condition_is_built_with_the_keyboard_alone(visit: Callable[..., Visit], office: Business) -> None:
    window = visit()
    window.log_in()
    page = window.open(DRAFT)
    page.get_by_role("link", name="Change recovery of New").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Recovery of New")
    expect(dialog.locator('[name="rule-again-after"]')).to_be_focused()
    dialog.locator("summary").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("Will you")
    page.keyboard.press("Tab")
    page.keyboard.type("is not")
    page.keyboard.press("Tab")
    page.keyboard.type("maybe")
    page.keyboard.press("Enter")
    expect(dialog.locator(".field__error")).to_contain_text("is one of yes, no, not sure, not “maybe”.")
    dialog.locator('[name="rule-again-if-0-value"]').fill("yes")
    page.keyboard.press("Enter")
    expect(page.locator(".toast__text")).to_contain_text("Recovery of New is changed in the draft.")
    said = page.locator("#new-recovery")
    expect(said).to_contain_text("try the customer once more, if “Will you file an insurance claim?” is not yes")
    window.faults[:] = [fault for fault in window.faults if "422" not in fault]


def test_what_cannot_be_asked_of_a_field_is_not_offered(visit: Callable[..., Visit], office: Business) -> None:
    window = visit()
    window.log_in()
    page = window.open(f"{DRAFT}cells/recovery/new")
    page.locator(".condition__head").first.click()
    field, how = page.locator('[name="rule-again-if-0-field"]'), page.locator('[name="rule-again-if-0-operator"]')
    field.select_option("answers.address")
    how.select_option("more_than")
    field.select_option("priority")
    expect(how).to_have_value("is")
    expect(how.locator('option[value="more_than"]')).to_be_disabled()
    expect(page.locator('[name="rule-again-if-0-value"]')).to_have_attribute("list", "words-priority")


def test_a_condition_and_the_quiet_hours_are_changed_without_script(
    visit: Callable[..., Visit], office: Business
) -> None:
    window = visit(java_script_enabled=False)
    window.log_in()
    page = window.open(DRAFT)
    page.get_by_role("link", name="Change: Writes by itself").click()
    page.get_by_label("Quiet from").fill("21:00")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Not from 21:00 to 08:00")).to_be_visible()
    page.get_by_role("link", name="Change messaging of New").click()
    page.locator('[name="rule-urgent-if-joint"]').select_option("any")
    page.locator('[name="rule-urgent-if-1-field"]').select_option("contact.tags")
    page.locator('[name="rule-urgent-if-1-operator"]').select_option("contains")
    page.locator('[name="rule-urgent-if-1-value"]').fill("vip")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#new-messaging")).to_contain_text("or their tag contains vip")


def test_what_is_wrong_in_a_dialog_has_the_keyboard(visit: Callable[..., Visit], office: Business) -> None:
    window = visit()
    window.log_in()
    page = window.open(DRAFT)
    page.locator("#add-stage").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Title", exact=True).fill("Discovery call")
    dialog.get_by_label("First step").fill("Call [first name]")
    dialog.get_by_label("Tries when they go quiet").fill("12")
    dialog.get_by_role("button", name="Add stage").click()
    expect(dialog).to_contain_text("Nine tries are enough")
    expect(dialog.get_by_label("Tries when they go quiet")).to_be_focused()
    window.faults.clear()  # The browser notes that the first answer was refused.
