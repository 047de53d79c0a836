"""A list by keyboard alone."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.cast import Business


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
    contact.refresh_from_db()
    assert contact.place == "Little Rock"
