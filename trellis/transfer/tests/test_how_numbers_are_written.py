"""Whether a comma or a point is decimal is told by the file, else by a person; it is never guessed."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.cast import TUESDAY, Business
from tests.screen import Screen
from trellis.core.refusal import Refused
from trellis.people.custom import define_field
from trellis.people.custom_values import Reading
from trellis.people.models import Contact
from trellis.transfer.actions import set_plan, start_import
from trellis.transfer.importing.decimals import decimals_of
from trellis.transfer.importing.plan import Column, Plan
from trellis.transfer.models import Import, ImportedRow
from trellis.transfer.queries import preview_of

type Take = Callable[..., Import]
type Work = Callable[[Import], Import]


@pytest.fixture
def budget(ridgeline: Business) -> str:
    return f"custom.{define_field(noun='contact', label='Budget', kind='money', by=ridgeline.maya, at=TUESDAY).key}"


@pytest.fixture
def size(ridgeline: Business) -> str:
    return f"custom.{define_field(noun='contact', label='Size', kind='number', by=ridgeline.maya, at=TUESDAY).key}"


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["1.250,50 EUR", "3"], {True}),
        (["$1,250.50", "1.250"], {False}),
        (["1.250", "12"], {False, True}),
        (["1,250 USD"], {False, True}),
        (["1.250,50", "1,250.50"], set()),
        (["12", "1250", "a lot", ""], set()),
        (["1'250.50"], {False}),
    ],
)
def test_the_values_tell_which_sign_is_decimal(texts: list[str], found: set[bool]) -> None:
    assert decimals_of([("money", text) for text in texts], Reading()) == found


def test_numbers_that_can_be_read_in_one_way_are_read_so(size: str, take: Take, work: Work) -> None:
    imported = work(take('Name,Size\nAna,"1.250,50"\nBo,1.250\n'))
    assert imported.plan["decimal_comma"] is True
    assert {one.custom["size"] for one in Contact.objects.all()} == {"1250.5", "1250"}


def test_numbers_that_could_be_read_in_two_ways_are_asked(size: str, take: Take, work: Work) -> None:
    imported = take("Name,Size\nAna,1.250\n")
    with pytest.raises(Refused, match="Say how its numbers are written"):
        start_import(imported, by=imported.by, at=TUESDAY)
    set_plan(imported, Plan.of(imported.plan | {"decimal_comma": True}))
    work(imported)
    assert Contact.objects.get().custom == {"size": "1250"}


def test_a_number_further_down_that_nothing_settles_is_left_out_and_not_guessed(
    size: str, take: Take, work: Work
) -> None:
    lines = "".join(f"P{number},p{number}@example.com,{number}\n" for number in range(25))
    imported = work(take(f'Name,Email,Size\n{lines}Ana,ana@example.com,1.250\nBo,bo@example.com,"1.250,5"\n'))
    assert imported.counts == {"added": 27, "without": 1}
    assert "Size: “1.250” can be read in two ways" in ImportedRow.objects.exclude(problem="").get().problem
    assert Contact.objects.get(name="Bo").custom == {"size": "1250.5"}


def test_it_is_asked_on_screen_as_soon_as_a_column_is_of_numbers(
    client: Client, ridgeline: Business, take: Take, budget: str
) -> None:
    screen = Screen(client).log_in(ridgeline.maya)
    imported = take("Name,Worth\nAna,1.250\n")
    screen.open(f"/import/{imported.pk}/")
    assert "Numbers are written" not in screen.words
    told = {"target_0": "name", "policy_0": "fill", "target_1": budget, "policy_1": "fill", "match": "address"}
    screen.send(f"/import/{imported.pk}/", **told)
    assert screen.status == 422
    assert "Say how its numbers are written" in screen.words
    screen.send(f"/import/{imported.pk}/", **told, decimal_comma="yes")
    assert "Numbers are read as 1.250,50" in screen.words
    assert "Budget 1250.00 USD" in screen.words


def test_what_was_settled_is_shown_where_columns_go(
    client: Client, ridgeline: Business, take: Take, budget: str
) -> None:
    imported = take('Name,Budget\nAna,"1.250,50"\n')
    screen = Screen(client).log_in(ridgeline.maya)
    assert '<option value="yes" selected>1.250,50' in screen.open(f"/import/{imported.pk}/")
    assert preview_of(imported, at=TUESDAY).new[0].changes == [("Budget", "", "1250.50 USD")]


def test_a_plan_without_numbers_asks_nothing(take: Take, work: Work) -> None:
    imported = take("Name,Worth\nAna,1.250\n")
    set_plan(imported, Plan(columns=[Column("name"), Column("new.text:Worth")]))
    assert work(imported).counts == {"added": 1}
