"""Two contacts that are one person: found in the list, compared side by side, merged by keyboard, and parted again."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import AXE, Visit
from tests.cast import Business
from trellis.people.jobs import look_for_duplicates
from trellis.people.models import Contact, ContactPoint, PossibleDuplicate

ALBUM = os.environ.get("TRELLIS_ALBUM", "")
LOOKS: dict[str, dict[str, Any]] = {
    "": {"viewport": {"width": 1440, "height": 900}},
    "-dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    "-phone": {"viewport": {"width": 390, "height": 844}},
}


@pytest.fixture
def pairs(office: Business) -> list[Contact]:
    """Tasha twice with a lead each, and somebody nameless beside Lin."""
    at = timezone.now() - timedelta(minutes=2)
    people = [
        office.contact("Tasha Greer", "tasha@example.com", "+15015550101"),
        office.contact("Natasha Greer", "n.greer@example.net"),
        office.contact("Lin Zhao", "lin@example.com"),
        office.contact("L. Zhao", "lin.zhao@example.org", "+15015550177"),
    ]
    Contact.objects.filter(pk=people[0].pk).update(place="Conway, AR")
    Contact.objects.filter(pk=people[1].pk).update(place="Little Rock, AR", address="4410 Maple Ridge Rd")
    ContactPoint.objects.create(
        contact=people[1], kind="phone", value="+15015550101", raw="", created_at=at, held_at=None
    )
    for contact in people[:3]:
        office.lead(contact, at=at)
    reasons = [
        "Same phone number",
        "Same last name",
        "First name may be short for the other",
        "Different email addresses",
    ]
    for one, other, likely in ((1, 0, 940), (3, 2, 610)):
        PossibleDuplicate.objects.create(
            contact=people[one], other=people[other], per_mille=likely, reasons=reasons, reason=reasons[0], found_at=at
        )
    return people


def keep(page: Page, name: str) -> None:
    if ALBUM:
        page.screenshot(path=Path(ALBUM) / f"{name}.png")


def accessible(page: Page) -> None:
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run()")
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []


@pytest.mark.parametrize("look", LOOKS)
def test_the_pages_can_be_seen_and_used_by_everybody(
    look: str, visit: Callable[..., Visit], pairs: list[Contact]
) -> None:
    window = visit(**LOOKS[look], bypass_csp=True)
    window.log_in()
    for name, path in {
        "contacts": "/contacts/",
        "duplicates": "/contacts/duplicates/",
        "merge": f"/contacts/{pairs[0].pk}/merge/{pairs[1].pk}/",
        "contact": f"/contacts/{pairs[0].pk}/",
    }.items():
        page = window.open(path)
        keep(page, f"{name}{look}")
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_merging_by_keyboard_and_taking_it_back(visit: Callable[..., Visit], pairs: list[Contact]) -> None:
    window = visit()
    window.log_in()
    page = window.open("/contacts/")
    page.get_by_role("link", name="May be the same").click()
    page.wait_for_url("**/contacts/duplicates/")
    window.wait_for_script()
    page.keyboard.press("j")
    expect(page.locator(".pair__link").first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/merge/**")
    window.wait_for_script()
    page.get_by_label("Little Rock, AR").check(force=True)
    page.get_by_role("button", name="Merge").click()
    page.get_by_role("heading", level=1, name="Tasha Greer").wait_for()
    window.wait_for_script()
    assert "Merged" in window.toast()
    assert Contact.objects.get(pk=pairs[0].pk).place == "Little Rock, AR"
    keep(page, "merged")
    page.keyboard.press("z")
    expect(page.locator(".toast__text").last).to_contain_text("Taken back")
    assert Contact.objects.get(pk=pairs[1].pk).merged_into is None
    assert Contact.objects.get(pk=pairs[0].pk).place == "Conway, AR"


def test_telling_two_apart_and_taking_it_back(visit: Callable[..., Visit], pairs: list[Contact]) -> None:
    window = visit()
    window.log_in()
    page = window.open("/contacts/duplicates/")
    page.get_by_role("button", name="Not the same").first.click()
    expect(page.locator(".pair")).to_have_count(1)
    window.wait_for_script()
    page.keyboard.press("z")
    expect(page.locator(".pair")).to_have_count(2)
    PossibleDuplicate.objects.all().delete()
    page = window.open("/contacts/duplicates/")
    expect(page.get_by_text("Nobody is here twice")).to_be_visible()
    keep(page, "no-duplicates")


def test_who_is_known_is_named_before_they_are_added_twice(visit: Callable[..., Visit], pairs: list[Contact]) -> None:
    window = visit()
    window.log_in()
    page = window.open("/leads/new")
    look_for_duplicates(at=timezone.now(), hour=12)
    page.get_by_label("Name").fill("Tasha Greer")
    page.get_by_label("Email").fill("tasha@mail.example")
    window.faults.clear()
    page.get_by_role("button", name="Add lead").click()
    page.get_by_text("This looks like").wait_for()
    keep(page, "known")
    window.faults.clear()  # the browser tells of the 409 in its console
    page.get_by_role("button", name="Add anyway").click()
    page.get_by_role("heading", level=1, name="Tasha Greer").wait_for()


def test_merging_from_their_page_by_keyboard_with_the_fields_picked(
    visit: Callable[..., Visit], pairs: list[Contact]
) -> None:
    tasha, natasha = pairs[:2]
    window = visit()
    window.log_in()
    page = window.open(f"/contacts/{tasha.pk}/")
    tab_to(page.get_by_role("link", name="Merge with…"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/merge")
    window.wait_for_script()
    expect(page.get_by_label("Who is Tasha Greer as well?")).to_be_focused()
    page.keyboard.type("natas")
    option = page.locator("#people a")
    expect(option).to_contain_text("Natasha Greer")
    tab_to(option)
    page.keyboard.press("Enter")
    page.wait_for_url("**/merge/**/?next=*")
    window.wait_for_script()
    for label in ("Who stays", "Name"):
        tab_to(page.get_by_role("group", name=label, exact=True).locator(":checked"))
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Control+Enter")
    page.get_by_role("heading", level=1, name="Natasha Greer").wait_for()
    window.wait_for_script()
    stays = Contact.objects.get(pk=natasha.pk)
    assert (stays.name, stays.place, stays.merged_into) == ("Natasha Greer", "Conway, AR", None)
    assert Contact.objects.get(pk=tasha.pk).merged_into == stays
    page.keyboard.press("z")
    expect(page.locator(".toast__text").last).to_contain_text("Taken back")
    assert set(Contact.objects.filter(merged_into=None).values_list("name", "place")) >= {
        ("Tasha Greer", "Conway, AR"),
        ("Natasha Greer", "Little Rock, AR"),
    }


def tab_to(place: Locator) -> None:
    for _ in range(80):
        if place.evaluate("one => one === document.activeElement"):
            return
        place.page.keyboard.press("Tab")
    raise AssertionError(f"The keyboard does not come to {place}.")
