"""Beside the next step of a contact stands when it is due: asked, sorted by and taken along like any field."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import TUESDAY, Business
from trellis.core.memory import forget
from trellis.journeys.models import Journey
from trellis.lists.queries import matching
from trellis.lists.tests.conftest import Lists
from trellis.lists.tests.test_exporting_a_list import read
from trellis.team.models import Grant

CONTACTS = "/lists/contacts/"
HOUR = timedelta(hours=1)


@pytest.fixture
def leads(ridgeline: Business) -> dict[str, Journey]:
    """Of Ana since yesterday, of Bo since now; nothing is open with Cleo."""
    ridgeline.contact("Cleo", "cleo@example.com")
    return {
        name: ridgeline.lead(ridgeline.contact(name, f"{name}@example.com"), at=TUESDAY - ago)
        for name, ago in (("Ana", 24 * HOUR), ("Bo", 0 * HOUR))
    }


def cell(lists: Lists, name: str) -> str:
    """What stands under Due in the row of whoever is called that."""
    row = lists.page.partition(f">{name}</a></th>")[2].partition("</tr>")[0]
    return row.partition('data-label="Due">')[2].partition("</td>")[0].strip()


def asking(test: str, value: str) -> str:
    return f"{CONTACTS}?{urlencode({'match': 'all', 'f': 'due_at', 'o': test, 'v': value, 'sort': 'due_at'})}"


def test_the_deadline_stands_beside_the_next_step_and_says_that_it_is_over(
    lists: Lists, leads: dict[str, Journey]
) -> None:
    heads = lists.open(CONTACTS).partition("<thead>")[2].partition("</thead>")[0]
    assert heads.index("Next step") < heads.index("Due") < heads.index("Tags")
    assert 'data-state="over"' in cell(lists, "Ana")
    assert "5m left" in cell(lists, "Bo")
    assert cell(lists, "Cleo") == ""


def test_of_several_that_are_open_it_is_the_one_that_is_due_first(
    lists: Lists, ridgeline: Business, leads: dict[str, Journey]
) -> None:
    first = leads["Bo"]
    other = ridgeline.lead(ridgeline.contact("Dee", "dee@example.com"), at=TUESDAY - HOUR)
    Journey.objects.filter(pk=other.pk).update(contact=first.contact)
    due = min(first.due_at, other.due_at)
    assert read(lists, f"{CONTACTS}export.csv?match=all&f=name&o=is&v=Bo&columns=name,due_at")[1:] == [
        ["Bo", due.isoformat(timespec="seconds")]
    ]


@pytest.mark.parametrize("few", [matching.FEW, 0])
@pytest.mark.parametrize(
    ("test", "value", "names"),
    [
        ("before", "today", ["Ana"]),
        ("is", "today", ["Bo"]),
        ("after", "12h ago", ["Bo"]),
        ("known:no", "", ["Cleo"]),
        ("known:yes", "", ["Ana", "Bo"]),
    ],
)
def test_it_can_be_asked_and_sorted_by(
    lists: Lists,
    leads: dict[str, Journey],
    monkeypatch: pytest.MonkeyPatch,
    few: int,
    test: str,
    value: str,
    names: list[str],
) -> None:
    monkeypatch.setattr(matching, "FEW", few)
    lists.open(asking(test, value))
    assert lists.names == names


def test_whoever_sees_only_their_own_leads_learns_no_other_deadline(
    lists: Lists, ridgeline: Business, leads: dict[str, Journey]
) -> None:
    Grant.objects.create(role=ridgeline.priya.role, noun="journey", verb="see", reach=1)
    forget()
    Journey.objects.filter(pk=leads["Ana"].pk).update(owner=ridgeline.ben)
    Journey.objects.filter(pk=leads["Bo"].pk).update(owner=ridgeline.priya)
    lists.log_in(ridgeline.priya).open(asking("known:yes", ""))
    assert lists.names == ["Bo"]
    lists.open(CONTACTS)
    assert (cell(lists, "Ana"), "5m left" in cell(lists, "Bo")) == ("", True)


def test_it_costs_no_question_beyond_the_next_step(lists: Lists, leads: dict[str, Journey]) -> None:
    lists.open(CONTACTS)
    counts = set()
    for columns in ("name,owner,next_step", "name,owner,next_step,due_at"):
        with CaptureQueriesContext(connection) as asked:
            lists.open(f"{CONTACTS}?match=all&columns={columns}")
        counts.add(len(asked))
    assert len(counts) == 1


def test_a_lead_and_a_step_say_it_alike(lists: Lists, leads: dict[str, Journey]) -> None:
    for key in ("leads", "steps"):
        assert 'data-state="over"' in lists.open(f"/lists/{key}/?match=all&columns=due_at")
