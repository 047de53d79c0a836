"""A list by keyboard alone, and one that is looked through by itself."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit
from tests.cast import Business, chicago, next_step
from trellis.journeys.models import Journey, Task
from trellis.lists.queries import page as paging
from trellis.people.models import Contact


def test_a_cell_is_changed_by_keyboard_alone_and_the_keyboard_stays_there(
    visit: Callable[..., Visit], office: Business
) -> None:
    contact = office.contact("Renee Castillo", "renee@example.com")
    window = visit()
    window.log_in()
    page = window.open("/lists/contacts/?view=&columns=name&columns=place&columns=job_title")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Renee Castillo", exact=True)).to_be_focused()
    change_place = page.get_by_role("link", name="Change Place of Renee Castillo")
    for cell in ("Place", "Job title", "Place"):
        page.keyboard.press("e")
        expect(page.get_by_role("link", name=f"Change {cell} of Renee Castillo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Place")).to_be_focused()
    page.keyboard.type("Conway")
    page.keyboard.press("Escape")
    expect(change_place).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="Place").press_sequentially("Little Rock")
    page.keyboard.press("Enter")
    expect(page.get_by_role("cell", name="Little Rock")).to_be_visible()
    expect(change_place).to_be_focused()
    expect(page.locator("#bulk")).to_be_hidden()
    contact.refresh_from_db()
    assert contact.place == "Little Rock"


def test_rows_are_picked_and_taken_away_by_keyboard_alone(visit: Callable[..., Visit], office: Business) -> None:
    for name in ("Ana", "Bo", "Cy"):
        office.contact(name, f"{name.lower()}@example.com")
    window = visit()
    window.log_in()
    page = window.open("/lists/contacts/?view=&sort=name&columns=name&columns=email")
    expect(page.locator("#bulk")).to_be_hidden()
    for _ in range(2):
        page.keyboard.press("j")
        page.keyboard.press("x")
    expect(page.get_by_text("2 selected")).to_be_visible()
    button = page.locator("#bulk summary")
    while not button.evaluate("one => one === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#bulk").get_by_role("button", name="CSV file")).to_be_focused()
    with page.expect_download() as taken:
        page.keyboard.press("Enter")
    assert taken.value.suggested_filename.startswith("contacts-")
    assert Path(taken.value.path()).read_text("utf-8-sig").splitlines() == [
        "Name,Email",
        "Ana,ana@example.com",
        "Bo,bo@example.com",
    ]
    page.keyboard.press("Escape")
    expect(button).to_be_focused()


LOOKING = "/lists/contacts/?view=&match=all&f=job_title&o=is&v={}&sort=name&columns=name&columns=job_title"


def test_a_list_that_no_index_helps_is_looked_through_by_itself(
    visit: Callable[..., Visit], office: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        office.contact(f"Person {number:02}", f"p{number}@example.com")
    Contact.objects.filter(name__in=["Person 01", "Person 05", "Person 11"]).update(job_title="Owner")
    monkeypatch.setattr(paging, "FIRST", 3)
    monkeypatch.setattr(paging, "STRETCH", 3)
    window = visit()
    window.log_in()
    page = window.open(LOOKING.format("Owner"))
    expect(page.locator(".list-table__link")).to_have_text(["Person 01", "Person 05", "Person 11"])
    expect(page.locator("look-further")).to_have_count(0)
    expect(page.locator("#list-count")).to_have_text("3")
    for _ in range(3):
        page.keyboard.press("j")
    expect(page.get_by_role("link", name="Person 11", exact=True)).to_be_focused()
    page.keyboard.press("e")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Job title")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type(" and founder")
    page.keyboard.press("Enter")
    expect(page.locator(".list-table__link")).to_have_text(["Person 01", "Person 05"])
    expect(page.locator("#list-count")).to_have_text("2")
    assert Contact.objects.get(name="Person 11").job_title == "Owner and founder"

    page = window.open(LOOKING.format("Nobody"))
    expect(page.get_by_text("Nothing matches this filter.")).to_be_visible()
    expect(page.locator("#list-count")).to_have_text("0")


def test_the_looking_can_be_paused_and_taken_up_again(
    visit: Callable[..., Visit], office: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        office.contact(f"Person {number}", f"p{number}@example.com")
    monkeypatch.setattr(paging, "FIRST", 2)
    window = visit()
    window.log_in()
    # The second stretch waits until it is told to come.
    held: list[Callable[[], None]] = []
    window.page.route("**/*further=1", lambda route: held.append(route.continue_))
    page = window.open(LOOKING.format("Nobody"))
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("link", name="Look further")).to_be_focused()
    expect(page.get_by_text("Looked at 2 of about")).to_be_visible()
    expect(page.get_by_role("button", name="Pause")).to_be_hidden()
    page.unroute("**/*further=1")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing matches this filter.")).to_be_visible()


def test_columns_are_put_in_order_by_the_buttons_on_their_lines(visit: Callable[..., Visit], office: Business) -> None:
    office.contact("Renee Castillo", "renee@example.com")
    window = visit()
    window.log_in()
    page = window.open("/lists/contacts/?view=&columns=name&columns=place&columns=job_title")
    page.get_by_text("Columns", exact=True).click()
    box, button = page.get_by_role("checkbox", name="Place"), page.get_by_role("button", name="Move Place down")
    expect(button).to_be_visible()
    middles = [one.bounding_box() for one in (box, button)]
    assert abs(middles[0]["y"] + middles[0]["height"] / 2 - middles[1]["y"] - middles[1]["height"] / 2) < 3
    lines = page.locator("column-order > *")
    button.click()
    expect(lines.first).to_contain_text("Job title")
    page.get_by_role("button", name="Move Place up").click()
    expect(lines.first).to_contain_text("Place")
    expect(box).to_be_checked()


def test_steps_are_snoozed_and_taken_back_by_keyboard_alone(visit: Callable[..., Visit], office: Business) -> None:
    steps = [next_step(office.lead(office.contact(name, f"{name.lower()}@example.com"))) for name in ("Ana", "Bo")]
    window = visit()
    window.log_in()
    page = window.open("/lists/steps/?match=all&f=status&o=is&v=open&f=assignee&o=known%3Ayes&v=&sort=due_at")
    for _ in steps:
        page.keyboard.press("j")
        page.keyboard.press("x")
    expect(page.get_by_text("2 selected")).to_be_visible()
    reach(page, page.locator("#bulk").get_by_role("button", name="Snooze"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Snooze: 2 steps")).to_be_visible()
    reach(page, page.get_by_role("button", name="Snooze them"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 steps snoozed.")).to_be_visible()
    assert Task.objects.filter(pk__in=[one.pk for one in steps], status="replaced").count() == 2
    page.keyboard.press("z")
    expect(page.get_by_text("Taken back. Everything is as it was before.")).to_be_visible()
    assert [next_step(one.journey).due_at for one in steps] == [one.due_at for one in steps]


def reach(page: Page, target: Locator) -> None:
    """By the Tab key, as far as it takes."""
    for _ in range(60):
        if target.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("Tab never came there")


def test_when_a_step_is_due_is_changed_by_keyboard_and_the_keyboard_stays_on_its_row(
    visit: Callable[..., Visit], office: Business
) -> None:
    step = next_step(office.lead(office.contact("Ana", "ana@example.com")))
    window = visit()
    window.log_in()
    page = window.open("/lists/steps/?match=all&f=status&o=is&v=open&f=assignee&o=known%3Ayes&v=&sort=due_at")
    for key in ("j", "e", "Enter"):
        page.keyboard.press(key)
    moment = page.locator(".cell-form").get_by_label("Due", exact=True)
    expect(moment).to_be_focused()
    moment.fill("2099-06-11T09:00")
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"Due of {step.title} is changed.")).to_be_visible()
    expect(page.locator(".list-table__link").first).to_be_focused()
    assert next_step(step.journey).due_at == chicago("2099-06-11 09:00")


LINES = """() => [["thead th", "::after"], ["tfoot td", "::before"]].map(([cell, box]) => {
  const line = getComputedStyle(document.querySelector(`.list-table ${cell}`), box);
  return [line.position, line.borderTopStyle, line.borderTopWidth];
})"""


def test_the_head_and_the_totals_stay_apart_from_the_rows_that_scroll(
    visit: Callable[..., Visit], lead: Journey
) -> None:
    Journey.objects.update(value_minor=318_000, currency="USD")
    window = visit()
    window.log_in()
    page = window.open("/lists/leads/?view=&columns=title&columns=value")
    assert page.evaluate(LINES) == [["absolute", "solid", "1px"]] * 2
