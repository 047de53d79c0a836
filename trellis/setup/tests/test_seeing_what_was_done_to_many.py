"""What was done to many at once is one entry of what was changed, which opens to each of them."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import TUESDAY, Business
from tests.screen import Screen
from trellis.core.memory import forget
from trellis.events.models import Event
from trellis.people.actions import write_note
from trellis.people.models import Contact
from trellis.setup.queries.history import PAGE, Asked, history_page, narrowed, parts_of
from trellis.team.models import Grant, Run
from trellis.team.runs import begin_run

TRAIL = "/settings/changes"


@pytest.fixture
def three(ridgeline: Business) -> list[Contact]:
    return [ridgeline.contact(name, f"{name.lower()}@example.com") for name in ("Ana", "Bo", "Cy")]


def tag(screen: Screen, contacts: list[Contact]) -> None:
    screen.send("/lists/contacts/do/tag", pick=[str(one.pk) for one in contacts], said="1", tags="Hail")


def test_a_change_of_many_is_one_entry_that_opens_to_each(screen: Screen, three: list[Contact]) -> None:
    tag(screen, three)
    screen.send(screen.undo)
    screen.open(TRAIL)
    assert screen.words.count("Maya Ortiz · Tag: 3 contacts") == 1
    assert "3 contacts tagged." in screen.words
    assert "Maya Ortiz · Taking back: Tag: 3 contacts" in screen.words
    assert "Put on the tag Hail" not in screen.words
    links = re.findall(r'href="(\?run=[^"]+)"', screen.page)
    screen.open(TRAIL + links[-1])
    for one in three:
        assert f"Maya Ortiz · Put on the tag Hail · {one.name}" in screen.words
    assert "Everything" in screen.words
    screen.open(f"{TRAIL}?contact={three[0].pk}")
    assert "Put on the tag Hail · Ana" in screen.words
    assert "Tag: 3 contacts" not in screen.words


def test_what_is_under_way_says_how_far_it_is(screen: Screen, ridgeline: Business) -> None:
    run = begin_run(kind="bulk", title="Tag: 9 contacts", given={}, total=9, by=ridgeline.maya, at=TUESDAY)
    Run.objects.filter(pk=run.pk).update(done=4)
    screen.open(TRAIL)
    assert "4 of 9 so far." in screen.words


def test_what_people_do_one_by_one_meanwhile_is_no_part_of_it(
    screen: Screen, ridgeline: Business, three: list[Contact]
) -> None:
    tag(screen, three)
    write_note(three[0], text="Has a dog", by=ridgeline.maya, at=TUESDAY)
    assert Event.objects.get(key="note.written").run_id is None
    assert set(Event.objects.filter(key="tag.added").values_list("run_id", flat=True)) == {Run.objects.get().pk}
    assert "Has a dog" in (screen.open(TRAIL) and screen.words)


def test_pages_of_both_follow_each_other_without_a_count(screen: Screen, ridgeline: Business) -> None:
    renee = ridgeline.contact()
    for number in range(PAGE):
        at = TUESDAY + timedelta(seconds=number // 3)
        write_note(renee, text=f"Note {number}", by=ridgeline.ben, at=at)
        begin_run(kind="bulk", title=f"Run {number}", given={"listing": "contacts"}, by=ridgeline.ben, at=at)
    forget()
    cache.clear()
    with CaptureQueriesContext(connection) as asked:
        screen.open(f"{TRAIL}?kind=people")
    assert len(asked) <= 12
    first, after = history_page(Asked(kind="people"))
    second, end = history_page(Asked(kind="people", after=after))
    assert (len(first), len(second), end) == (PAGE, PAGE, "")
    told = {line.what if line.run_id else line.changes[0][2] for line in (*first, *second)}
    assert len(told) == 2 * PAGE
    assert [line.at for line in (*first, *second)] == sorted((line.at for line in (*first, *second)), reverse=True)


def test_a_million_that_came_at_once_are_not_gone_through(ridgeline: Business) -> None:
    renee = ridgeline.contact()
    run = begin_run(kind="import", title="Import of people.csv", given={}, by=ridgeline.maya, at=TUESDAY)
    common = {"key": "contact.added", "by": ridgeline.maya, "contact_id": renee.pk}
    Event.objects.bulk_create(
        Event(at=TUESDAY + timedelta(seconds=number), run=run if number % 40 else None, **common)
        for number in range(4_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    ways = {
        "event_by_people": narrowed(Asked()),
        "event_by_kind": next(parts_of(Asked(kind="people"))),
        "event_of_run": narrowed(Asked(run=run.pk)),
    }
    for index, rows in ways.items():
        plan = rows[: PAGE + 1].explain()
        assert index in plan or "event_by_pe" in plan, plan
        assert not any(slow in plan for slow in ("Seq Scan", "Sort Key", "TEMP B-TREE")), plan


def test_what_was_done_to_many_is_told_only_to_whoever_sees_everybody(
    screen: Screen, ridgeline: Business, three: list[Contact]
) -> None:
    tag(screen, three)
    Grant.objects.create(role="sales", noun="history", verb="see", reach=3)
    Grant.objects.create(role="sales", noun="contact", verb="see", reach=1)
    forget()
    screen.log_in(ridgeline.ben)
    for address in (TRAIL, f"{TRAIL}?kind=people", f"{TRAIL}?run={Run.objects.get().pk}"):
        screen.open(address)
        assert screen.status == 200
        assert "Tag" not in screen.words.partition("Everybody")[2]
