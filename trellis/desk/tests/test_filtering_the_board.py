"""The filter of the board: whose, which tag, due when, with priority; for columns, counts and table alike."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache

from tests.cast import TUESDAY, Business, next_step
from trellis.desk.queries import filtering
from trellis.desk.tests.conftest import Desk
from trellis.journeys.actions import assign_journey, snooze_task
from trellis.journeys.changing import change_journey
from trellis.journeys.models import Journey
from trellis.journeys.publish import pack, publish_playbook
from trellis.people.actions import add_tags
from trellis.people.custom import define_field

EVERYBODY = {"Kevin Doyle", "Tasha Greer", "Elena Ruiz"}


@pytest.fixture
def leads(desk: Desk, ridgeline: Business) -> dict[str, Journey]:
    """Kevin is Ben's, Storm, and overdue; Tasha is Maya's, due today; Elena is Maya's with priority, due later."""
    found = {}
    for name, owner, hours in (
        ("Kevin Doyle", ridgeline.ben, 1),
        ("Tasha Greer", ridgeline.maya, 4),
        ("Elena Ruiz", ridgeline.maya, 80),
    ):
        journey = ridgeline.lead(ridgeline.contact(name, f"{name[:3]}@example.com"))
        if journey.owner != owner:
            assign_journey(journey, owner=owner, by=ridgeline.maya, at=TUESDAY)
        until = TUESDAY + timedelta(hours=hours)
        snooze_task(next_step(journey), until=until, by=ridgeline.maya, at=TUESDAY)
        found[name] = journey
    add_tags(found["Kevin Doyle"].contact, ["Storm"], at=TUESDAY)
    Journey.objects.filter(pk=found["Elena Ruiz"].pk).update(priority_at=TUESDAY)
    desk.at = TUESDAY + timedelta(hours=2)
    return found


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", EVERYBODY),
        ("owner=me", {"Tasha Greer", "Elena Ruiz"}),
        ("tag=Storm", {"Kevin Doyle"}),
        ("due=overdue", {"Kevin Doyle"}),
        ("due=today", {"Kevin Doyle", "Tasha Greer"}),
        ("priority=1", {"Elena Ruiz"}),
        ("owner=me&due=today", {"Tasha Greer"}),
    ],
)
def test_only_what_the_filter_asks_for_is_shown_and_counted(
    desk: Desk, leads: dict[str, Journey], query: str, shown: set[str]
) -> None:
    page = desk.open(f"/board/?{query}")
    assert {name for name in EVERYBODY if name in page} == shown
    assert f'board-column__count">{len(shown)}<' in page
    assert f"{len(shown)} open" in page
    table = desk.open(f"/board/table?{query}")
    assert {name for name in EVERYBODY if name in table} == shown
    assert f"{len(shown)} open" in table


def test_a_colleagues_board_can_be_looked_at(desk: Desk, leads: dict[str, Journey], ridgeline: Business) -> None:
    page = desk.open(f"/board/?owner={ridgeline.ben.pk}")
    assert {name for name in EVERYBODY if name in page} == {"Kevin Doyle"}
    assert f'<option value="{ridgeline.ben.pk}" selected>Ben Whitfield</option>' in page


@pytest.mark.parametrize("address", ["/board/?tag=Storm", "/board/table?tag=Storm"])
def test_a_tag_that_many_wear_is_looked_up_along_the_list(
    desk: Desk, leads: dict[str, Journey], monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(filtering, "MANY_WEAR_IT", 0)
    page = desk.open(address)
    assert {name for name in EVERYBODY if name in page} == {"Kevin Doyle"}
    assert "1 open" in page


def test_a_tag_beyond_those_that_are_offered_can_be_named(
    desk: Desk, leads: dict[str, Journey], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filtering, "MOST_TAGS", 0)
    page = desk.open("/board/?tag=Storm")
    assert {name for name in EVERYBODY if name in page} == {"Kevin Doyle"}
    assert "Take off Storm" in page


def test_what_is_on_is_said_and_each_part_can_be_taken_off(
    desk: Desk, leads: dict[str, Journey], ridgeline: Business
) -> None:
    publish_playbook(pack("consulting"), by=ridgeline.maya, at=TUESDAY)
    page = desk.open("/board/?playbook=storm-and-repair&owner=me&due=today")
    chips = page.partition('class="filter-chips"')[2].partition("</p>")[0]
    assert 'href="?playbook=storm-and-repair&due=today" aria-label="Take off Mine">Mine' in chips
    assert 'href="?playbook=storm-and-repair&owner=me" aria-label="Take off Due today">Due today' in chips
    assert 'href="?playbook=storm-and-repair">Clear' in chips
    assert "filter-chips" not in desk.open("/board/")


def test_the_table_of_a_board_keeps_its_filter(desk: Desk, leads: dict[str, Journey]) -> None:
    page = desk.open("/board/?owner=me&due=today")
    assert 'href="/board/table?owner=me&due=today"' in page


def test_a_filter_that_nobody_passes_says_so(desk: Desk, leads: dict[str, Journey]) -> None:
    for address in ("/board/?tag=Storm&priority=1", "/board/table?tag=Storm&priority=1"):
        page = desk.open(address)
        assert "Nobody here matches" in page
        assert "Clear the filter" in page


def test_the_table_shows_the_three_facts_and_sorts_by_deadline(desk: Desk, leads: dict[str, Journey]) -> None:
    page = desk.open("/board/table")
    for told in ("Kevin Doyle", "Call Kevin", "Ben Whitfield", "1h over", "New"):
        assert told in page
    assert 'aria-sort="ascending"' in page
    order = [page.index(name) for name in ("Kevin Doyle", "Tasha Greer", "Elena Ruiz")]
    assert order == sorted(order)
    page = desk.open("/board/table?sort=-due")
    assert 'aria-sort="descending"' in page
    order = [page.index(name) for name in ("Elena Ruiz", "Tasha Greer", "Kevin Doyle")]
    assert order == sorted(order)


def test_the_table_has_a_column_of_values_where_there_are_any(desk: Desk, leads: dict[str, Journey]) -> None:
    assert ">Value</th>" not in desk.open("/board/table")
    Journey.objects.filter(pk=leads["Elena Ruiz"].pk).update(value_minor=1_485_000, currency="USD")
    page = desk.open("/board/table")
    assert ">Value</th>" in page
    assert ">$14,850</td>" in page


@pytest.mark.parametrize("sort", ["", "-due"])
def test_a_long_table_comes_in_pages_that_lose_nobody(desk: Desk, ridgeline: Business, sort: str) -> None:
    for number in range(60):
        ridgeline.lead(ridgeline.contact(f"Lead Number{number:02}", f"lead{number}@example.com"))
    first = desk.open(f"/board/table?sort={sort}")
    more = first.partition('journey-table__more"><a class="button" href="')[2].partition('"')[0]
    second = desk.open(f"/board/table{more}")
    shown = [number for number in range(60) for page in (first, second) if f"Number{number:02}" in page]
    assert sorted(shown) == list(range(60))


def test_of_very_many_conditions_are_asked_of_those_that_are_due_first(
    desk: Desk, ridgeline: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, name in enumerate(("Ana", "Bo", "Cy", "Dee")):
        ridgeline.lead(ridgeline.contact(name, f"{name}@example.com"), at=TUESDAY + timedelta(minutes=10 * number))
    asked = "match=all&f=contact.name&o=is_not&v=Bo"
    for way in ("/board/", "/board/table"):
        cache.clear()
        desk.open(f"{way}?{asked}")
        assert "3 open" in desk.words
        assert "that are due first" not in desk.words
        with monkeypatch.context() as patched:
            patched.setattr(filtering, "NEAREST", 2)
            desk.open(f"{way}?{asked}")
        assert "2 open" in desk.words
        assert "Dee" not in desk.words
        assert "Among the 2 that are due first" in desk.words


def test_a_view_of_leads_is_seen_as_a_board_and_back_as_a_list(desk: Desk, ridgeline: Business) -> None:
    define_field(noun="journey", label="Roof type", kind="text", by=None, at=TUESDAY)
    renee, lin = (ridgeline.lead(ridgeline.contact(name, f"{name}@example.com")) for name in ("Renee", "Lin"))
    change_journey(renee, {"custom.roof_type": "Slate"}, by=ridgeline.maya, at=TUESDAY)
    asked = "match=all&f=status&o=is&v=open&f=custom.roof_type&o=is&v=Slate"
    page = desk.open(f"/lists/leads/?{asked}")
    board = re.search(r'href="(/board/\?[^"]+)"', page)
    assert board
    for way in (board[1], board[1].replace("/board/", "/board/table")):
        desk.open(way)
        assert "Renee" in desk.words
        assert "Lin" not in desk.words
        assert "Roof type is Slate" in desk.words
        assert "1 open" in desk.words
    back = re.search(r'href="(/lists/leads/\?[^"]+)"[^>]*>See as a list', desk.page)
    assert back
    desk.open(back[1])
    assert "Renee" in desk.words
    assert "Lin" not in desk.words
    # What the form of the board has no field for stays while another part is chosen; nonsense is ignored.
    assert 'type="hidden" name="f" value="custom.roof_type"' in desk.open(board[1])
    desk.open("/board/?match=all&f=nothing&o=is&v=x&f=owner&o=sideways&v=x")
    assert lin.contact.name in desk.words
