"""Long work as a person watches it: page by page, the newest first."""

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import TUESDAY, Business
from trellis.events.models import Event
from trellis.lists.tests.conftest import Lists
from trellis.lists.views import runs
from trellis.team.actions.people import deactivate_user
from trellis.team.runs import begin_run


def titles(lists: Lists) -> list[str]:
    return re.findall(r'class="run__title">([^<]+)<', lists.page)


def test_all_long_work_there_was_is_found_page_by_page(
    lists: Lists, ridgeline: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "PAGE", 2)
    for number in range(5):
        # Two of each moment: none of them may be lost between two pages.
        at = TUESDAY + timedelta(minutes=number // 2)
        begin_run(kind="count", title=f"Count {number}", given={}, by=ridgeline.maya, at=at)
    lists.open("/runs/")
    seen = titles(lists)
    while lists.next_page:
        lists.open(f"/runs/{lists.next_page}")
        seen += titles(lists)
    assert seen == [f"Count {number}" for number in (4, 3, 2, 1, 0)]


def test_a_place_that_is_none_begins_with_the_newest(lists: Lists, ridgeline: Business) -> None:
    begin_run(kind="count", title="Count", given={}, by=ridgeline.maya, at=TUESDAY)
    lists.open("/runs/?after=nowhere")
    assert titles(lists) == ["Count"]


def test_a_full_page_of_work_asks_little(lists: Lists, ridgeline: Business, django_assert_max_num_queries: Any) -> None:
    for number in range(60):
        begin_run(kind="count", title=f"Count {number}", given={}, by=ridgeline.maya, at=TUESDAY)
    with django_assert_max_num_queries(15):
        lists.open("/runs/")
    assert len(titles(lists)) == 50


def test_an_admin_takes_back_what_a_colleague_did_to_many_and_has_left(lists: Lists, ridgeline: Business) -> None:
    renee = ridgeline.contact()
    picked = {"listing": "contacts", "act": "tag", "asks": {}, "picked": [str(renee.pk)], "told": {"tags": ["Storm"]}}
    run = begin_run(kind="bulk", title="Tag: 1 contact", given=picked, by=ridgeline.tom, at=TUESDAY, at_once=True)
    assert [tag.name for tag in renee.tags.all()] == ["Storm"]
    deactivate_user(ridgeline.tom, by=ridgeline.maya, at=TUESDAY)
    lists.open("/runs/")
    assert f"/runs/{run.pk}/undo" in lists.page
    lists.send(f"/runs/{run.pk}/undo")
    assert not renee.tags.exists()
    told = Event.objects.filter(key="contact.changed", contact_id=renee.pk).get()
    assert told.by == ridgeline.maya
