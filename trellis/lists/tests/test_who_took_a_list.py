"""Whatever is taken away in a file stands in what was changed: who took how much of what, as what, and when."""

import pytest

from tests.cast import TUESDAY, Business
from trellis.core.memory import forget
from trellis.events.models import Event
from trellis.lists import exporting
from trellis.lists.tests.conftest import Lists
from trellis.people.copying import copy_person
from trellis.people.models import Contact
from trellis.team.models import Grant

TRAIL = "/settings/changes?kind=exports"
ANAS = "match=all&f=name&o=contains&v=ana"


@pytest.fixture
def five(ridgeline: Business) -> list[Contact]:
    return [ridgeline.contact(f"Ana {number}", f"ana{number}@example.com") for number in range(5)]


def taken() -> list[tuple[str, int]]:
    told = Event.objects.filter(key="list.exported").order_by("pk")
    return list(told.values_list("payload__form", "payload__rows"))


def test_who_took_how_much_of_which_list_is_told_with_the_filter(lists: Lists, five: list[Contact]) -> None:
    lists.client.get(f"/lists/contacts/export.csv?{ANAS}").getvalue()
    lists.client.post("/lists/contacts/export.xlsx", {"pick": [str(five[0].pk)], "query": ANAS}).getvalue()
    lists.client.get("/lists/steps/export.csv?match=all").getvalue()
    lists.open(TRAIL)
    for told in (
        "Maya Ortiz · Took 5 contacts away as CSV Name contains ana",
        "Maya Ortiz · Took 1 contact away as XLSX picked one by one",
        "Maya Ortiz · Took 0 steps away as CSV",
    ):
        assert told in lists.words
    assert "Took 5 contacts" in (lists.open("/settings/changes") and lists.words)


def test_whoever_breaks_off_is_told_to_have_taken_what_had_left(
    lists: Lists, five: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "CHUNK", 2)
    response = lists.client.get("/lists/contacts/export.csv")
    assert taken() == [], "Nothing has left yet."
    stream = iter(response.streaming_content)
    for rows in (2, 4):
        assert next(stream)
        assert taken() == [("CSV", rows)]


def test_it_is_written_down_before_anything_leaves(
    lists: Lists, five: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    monkeypatch.setattr(exporting, "csv_line", lambda cells: seen.append(taken()) or "")
    lists.client.get("/lists/contacts/export.csv").getvalue()
    assert seen[1:] == [[("CSV", 5)]] * 5


def test_what_was_refused_was_not_taken(lists: Lists, five: list[Contact], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "MOST_IN_A_WORKBOOK", 0)
    lists.open("/lists/contacts/export.xlsx")
    lists.send("/lists/contacts/export.csv")
    assert taken() == []


def test_the_log_of_changes_is_taken_no_more_silently(lists: Lists, ridgeline: Business, five: list[Contact]) -> None:
    lists.client.get(f"/settings/changes.csv?kind=settings&who={ridgeline.ben.pk}&since=2026-06-01").getvalue()
    lists.open(TRAIL)
    assert "Maya Ortiz · Took 0 entries of what was changed away as CSV" in lists.words
    assert "Settings, roles, colleagues; Ben Whitfield; from 2026-06-01" in lists.words


def test_a_copy_that_was_made_at_the_command_line_is_told_of_whoever_runs_it(
    lists: Lists, ridgeline: Business, five: list[Contact]
) -> None:
    copy_person(five[0], by=None, at=TUESDAY)
    for address in (TRAIL, "/settings/changes", "/settings/changes?kind=privacy"):
        lists.open(address)
        assert "Whoever runs Trellis · Took a full copy of what we hold · Ana 0" in lists.words
    lists.open(f"{TRAIL}&who={ridgeline.maya.pk}")
    assert "Whoever runs Trellis" not in lists.words


def test_the_words_of_a_filter_are_told_only_to_whoever_sees_everybody(
    lists: Lists, ridgeline: Business, five: list[Contact]
) -> None:
    lists.client.get(f"/lists/contacts/export.csv?{ANAS}").getvalue()
    Grant.objects.create(role="sales", noun="history", verb="see", reach=3)
    Grant.objects.create(role="sales", noun="contact", verb="see", reach=1)
    forget()
    lists.log_in(ridgeline.ben)
    for address in (TRAIL, "/settings/changes"):
        lists.open(address)
        assert lists.status == 200
        assert "contains ana" not in lists.words
