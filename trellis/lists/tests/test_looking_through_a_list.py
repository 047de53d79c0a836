"""Where no index leads to those who match, a list is looked through a stretch at a time, and nobody is left out."""

import re
from datetime import timedelta
from itertools import chain
from urllib.parse import urlencode

import pytest

from tests.cast import TUESDAY, Business
from trellis.journeys.models import Journey
from trellis.lists.queries import page as paging
from trellis.lists.tests.conftest import Lists
from trellis.people.models import Contact
from trellis.team.actions.roles import set_reach
from trellis.team.roles import Reach

CONTACTS, LEADS = "/lists/contacts/", "/lists/leads/"
EVERY_THIRD = ("job_title", "is", "Owner")


def asking(row: tuple[str, str, str], start: str = CONTACTS, **more: str) -> str:
    return f"{start}?{urlencode([('match', 'all'), *zip('fov', row, strict=True), *more.items()])}"


@pytest.fixture
def twenty(ridgeline: Business, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Twenty people, of whom every third is an owner, looked at seven at a time; the names of the seven owners."""
    for number in range(20):
        one = ridgeline.contact(f"P{number:02}", f"p{number}@example.com")
        # Half of them came at one instant, and some bear one name: what stands beside each other by its id alone.
        Contact.objects.filter(pk=one.pk).update(
            name=f"P{number:02}" if number % 4 else "P",
            job_title="" if number % 3 else "Owner",
            created_at=TUESDAY - timedelta(days=min(number, 10)),
        )
    monkeypatch.setattr(paging, "FIRST", 7)
    monkeypatch.setattr(paging, "STRETCH", 7)
    return sorted(Contact.objects.filter(job_title="Owner").values_list("name", flat=True))


def look_through(lists: Lists, address: str) -> list[list[str]]:
    """The names that each stretch met with, as the page goes on by itself."""
    lists.open(address)
    met, start = [lists.names], address.partition("?")[0]
    while found := re.search(r'data-next="([^"]+)"', lists.page):
        lists.open(start + found[1].replace("&amp;", "&"))
        met.append(lists.names)
    return met


def whole(lists: Lists, address: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    with monkeypatch.context() as patched:
        patched.setattr(paging, "FIRST", 1_000)
        lists.open(address)
    return lists.names


@pytest.mark.parametrize("sort", ["name", "-name", "heard_at", "-heard_at", "created_at", "-created_at"])
def test_every_stretch_goes_on_where_the_one_before_ended(
    lists: Lists, twenty: list[str], monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    address = asking(EVERY_THIRD, sort=sort)
    met = look_through(lists, address)
    assert len(met) == 3
    assert sorted([*chain(*met)]) == twenty
    assert [*chain(*met)] == whole(lists, address, monkeypatch)


def test_how_far_the_looking_is_stands_below_what_was_found(lists: Lists, twenty: list[str]) -> None:
    lists.open(asking(EVERY_THIRD, sort="name"))
    assert "2 so far" in lists.words
    assert "Looked at 7 of about" in lists.words
    look_through(lists, asking(EVERY_THIRD, sort="name"))
    assert "7" in lists.words.split()
    assert "so far" not in lists.words


def test_the_looking_ends_when_the_page_is_full(
    lists: Lists, twenty: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "PAGE", 4)
    address = asking(EVERY_THIRD, sort="name")
    met = look_through(lists, address)
    assert [len(names) for names in met] == [2, 2]
    assert "Show the next 4" in lists.words
    assert "First page" not in lists.words
    met += look_through(lists, CONTACTS + lists.next_page)
    assert "First page" in lists.words
    assert [*chain(*met)] == twenty


def test_nobody_found_says_so_at_the_end(lists: Lists, twenty: list[str]) -> None:
    nobody = asking(("job_title", "is", "Nobody"))
    lists.open(nobody)
    assert "Nothing matches" not in lists.words
    assert look_through(lists, nobody) == [[], [], []]
    assert "Nothing matches this filter." in lists.words


def test_without_script_a_link_looks_further(lists: Lists, twenty: list[str]) -> None:
    address = asking(EVERY_THIRD, sort="name")
    lists.open(address)
    found = re.search(r'data-on href="([^"]+)"', lists.page)
    assert found
    lists.open(CONTACTS + found[1].replace("&amp;", "&"))
    assert lists.names == [name for name in twenty if name in lists.names]
    assert "First page" in lists.words or "Look further" in lists.words


def test_too_many_to_be_sorted_stand_with_the_last_heard_of_first(
    lists: Lists, twenty: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "WHOLE", 10)
    met = look_through(lists, asking(EVERY_THIRD, sort="place"))
    assert sorted([*chain(*met)]) == twenty


def test_open_leads_are_looked_through_along_their_deadlines(
    lists: Lists, ridgeline: Business, twenty: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for one in Contact.objects.order_by("pk"):
        ridgeline.lead(one)
    told = [("match", "all"), ("f", "status"), ("o", "is"), ("v", "open"), ("f", "title"), ("o", "known:no"), ("v", "")]
    address = f"{LEADS}?{urlencode([*told, ('sort', 'due_at')])}"
    met = look_through(lists, address)
    assert len(met) >= 3
    assert [*chain(*met)] == whole(lists, address, monkeypatch)


@pytest.mark.parametrize("made_up", ["looked=x&of=1&met=1", "looked=7&of=&met=1", "looked=7&of=9&met=-1", "further=1"])
def test_how_far_it_was_cannot_be_made_up(lists: Lists, twenty: list[str], made_up: str) -> None:
    lists.open(f"{asking(EVERY_THIRD)}&after=nobody&{made_up}&further=1")
    assert lists.status == 200
    assert "<html" in lists.page, "It is the page from its beginning."


def test_whoever_sees_a_part_is_shown_all_of_it_at_once(lists: Lists, ridgeline: Business, twenty: list[str]) -> None:
    owners = list(Contact.objects.filter(job_title="Owner"))
    for one in owners[:5]:
        ridgeline.lead(one)
    Journey.objects.update(owner=ridgeline.tom)
    ridgeline.tom.role = "sales"
    ridgeline.tom.save(update_fields=["role"])
    set_reach("sales", {("see", "contact"): Reach.OWN}, by=ridgeline.maya, at=TUESDAY)
    lists.log_in(ridgeline.tom)
    lists.open(asking(EVERY_THIRD, sort="name"))
    assert lists.names == sorted(one.name for one in owners[:5])
    assert "look-further" not in lists.page.partition("<main")[2]
