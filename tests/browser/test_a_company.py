"""The page of a company: what is known of it, and who belongs to it."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from tests.browser.conftest import Visit
from tests.cast import Business
from trellis.people.changing import change_contact
from trellis.people.models import Company

HAIRLINES = """() => [...document.querySelectorAll(".company__facts tr")].map((row) => {
  const [head, value] = row.children, table = row.closest("table").getBoundingClientRect();
  return [getComputedStyle(value).borderTopWidth, head.getBoundingClientRect().left === table.left,
    value.getBoundingClientRect().right === table.right, getComputedStyle(value).display];
})"""


@pytest.fixture
def bakery(office: Business) -> Company:
    contact = office.contact("Renee Castillo", "renee@example.com", "+15015550112")
    change_contact(contact, {"company": "Castillo Bakery"}, by=office.maya, at=timezone.now())
    return Company.objects.get()


@pytest.mark.parametrize("website", ["", "bakery.example"])
def test_every_fact_has_its_hairline_from_side_to_side(
    visit: Callable[..., Visit], bakery: Company, website: str
) -> None:
    Company.objects.update(website=website)
    window = visit()
    window.log_in()
    page = window.open(f"/companies/{bakery.pk}/")
    assert set(map(tuple, page.evaluate(HAIRLINES))) == {("1px", True, True, "table-cell")}
