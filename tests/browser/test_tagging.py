"""Tags on somebody's page: put on and taken off by keyboard, and each of it taken back."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from trellis.journeys.models import Journey
from trellis.people.models import Contact


def test_tags_are_put_on_and_taken_off_by_keyboard_and_taken_back(visit: Callable[..., Visit], lead: Journey) -> None:
    window = visit()
    window.log_in()
    page = window.open(f"/contacts/{lead.contact_id}/")
    field, names = page.get_by_label("Add a tag"), page.locator(".tag-line__name")
    page.keyboard.press("t")
    expect(field).to_be_focused()
    for number, name in enumerate(("Storm", "Gutters", "Slate"), start=1):
        page.keyboard.type(name)
        page.keyboard.press("Enter")
        expect(names).to_have_count(number)
        expect(field).to_be_focused()
        expect(field).to_have_value("")
    assert tags_of(lead) == {"Storm", "Gutters", "Slate"}

    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Take off Slate")).to_be_focused()
    page.keyboard.press("Enter")
    expect(names).to_have_text(["Gutters", "Storm"])
    assert tags_of(lead) == {"Gutters", "Storm"}
    expect(page.get_by_role("button", name="Take off Storm")).to_be_focused()

    page.keyboard.press("z")
    expect(page.locator(".toast__text").last).to_contain_text("Taken back")
    expect(names).to_have_count(3)
    assert tags_of(lead) == {"Storm", "Gutters", "Slate"}


def tags_of(lead: Journey) -> set[str]:
    return set(Contact.objects.get(pk=lead.contact_id).tags.values_list("name", flat=True))
