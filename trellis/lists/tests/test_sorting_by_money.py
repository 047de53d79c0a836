"""Amounts of several currencies stand by what is written, however many digits of theirs are kept."""

from urllib.parse import urlencode

import pytest

from tests.cast import TUESDAY, Business
from trellis.journeys.changing import change_journey
from trellis.lists.queries import matching
from trellis.lists.queries import page as paging
from trellis.lists.tests.conftest import Lists
from trellis.people.changing import change_contact
from trellis.people.custom import define_field
from trellis.people.models import Contact

# A yen has no smaller unit, a dollar a hundred, a dinar of Kuwait a thousand.
MINOR = {"2 KWD": 2_000, "999 USD": 99_900, "1000.5 USD": 100_050, "1200.25 KWD": 1_200_250, "1500 JPY": 1_500}
NOTHING = "Nothing"


@pytest.fixture
def amounts(ridgeline: Business) -> Business:
    """A person and a lead for each amount, and of no amount, as they came in."""
    define_field(noun="contact", label="Roof value", kind="money", by=None, at=TUESDAY)
    for name in (NOTHING, *sorted(MINOR)):
        one: Contact = ridgeline.contact(name, f"{name.replace(' ', '.')}@example.com")
        lead = ridgeline.lead(one)
        if name != NOTHING:
            worth = {"minor": MINOR[name], "currency": name[-3:]}
            change_contact(one, {"custom.roof_value": worth}, by=None, at=TUESDAY)
            change_journey(lead, {"value": worth}, by=None, at=TUESDAY)
    return ridgeline


def told(lists: Lists, key: str, **asked: str) -> list[str]:
    """Of all pages."""
    names, query = [], f"?{urlencode(asked)}"
    while query:
        lists.open(f"/lists/{key}/{query}")
        names += lists.names
        query = lists.next_page
    return names


@pytest.mark.parametrize("page", [paging.PAGE, 2])
@pytest.mark.parametrize("few", [matching.FEW, 0])
@pytest.mark.parametrize(("key", "field"), [("leads", "value"), ("contacts", "custom.roof_value")])
def test_amounts_stand_by_what_is_written(
    lists: Lists, amounts: Business, monkeypatch: pytest.MonkeyPatch, key: str, field: str, few: int, page: int
) -> None:
    monkeypatch.setattr(paging, "PAGE", page)
    monkeypatch.setattr(matching, "FEW", few)
    assert told(lists, key, sort=field) == [*MINOR, NOTHING]
    assert told(lists, key, sort=f"-{field}") == [*reversed(MINOR), NOTHING]


@pytest.mark.parametrize(("key", "field"), [("leads", "value"), ("contacts", "custom.roof_value")])
@pytest.mark.parametrize(
    ("operator", "amount", "found"),
    [
        ("more_than", "1000", ["1000.5 USD", "1200.25 KWD", "1500 JPY"]),
        ("at_most", "999", ["2 KWD", "999 USD"]),
        ("at_least", "1200.25", ["1200.25 KWD", "1500 JPY"]),
        ("less_than", "1000 USD", ["999 USD"]),
        ("is", "1500", ["1500 JPY"]),
    ],
)
def test_a_filter_compares_what_is_written_and_cuts_the_order_at_one_place(
    lists: Lists, amounts: Business, key: str, field: str, operator: str, amount: str, found: list[str]
) -> None:
    assert told(lists, key, match="all", f=field, o=operator, v=amount, sort=field) == found
