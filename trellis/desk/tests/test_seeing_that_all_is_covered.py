"""The guarantee badge, the page behind it, and what is connected."""

import re
import threading
from datetime import timedelta

import pytest

from tests.cast import TUESDAY, Business
from trellis.desk.queries.coverage import Coverage
from trellis.desk.tests.conftest import Desk
from trellis.journeys.auditor import Auditor


def test_the_badge_counts_every_open_lead_on_every_page(desk: Desk, ridgeline: Business) -> None:
    ridgeline.lead()
    for address in ("/", "/signals/", "/coverage", "/connections", "/leads/new"):
        assert "1 of 1 covered" in desk.open(address)


def test_the_page_behind_it_shows_each_rule_with_what_was_found(desk: Desk, ridgeline: Business) -> None:
    ridgeline.lead()
    page = desk.open("/coverage")
    found = re.findall(r'<th scope="row">([^<]+)</th><td class="table__number">(\d+)</td>', page)
    assert ("No owner", "0") in found
    assert ("No deadline", "0") in found
    assert {count for _, count in found} == {"0"}


def test_the_lattice_has_one_diamond_for_each_record_up_to_two_hundred() -> None:
    assert len(Coverage(total=47, gaps=0, by_growth={1: 30, 6: 17}).marks) == 47


def test_above_two_hundred_one_diamond_stands_for_several() -> None:
    many = Coverage(total=200_000, gaps=0, by_growth={1: 150_000, 6: 50_000})
    assert many.scale == 1000
    assert len(many.marks) == 200


def test_gaps_come_first_and_are_never_hidden_by_the_scale() -> None:
    lacking = Coverage(total=200_000, gaps=3, by_growth={1: 199_997})
    assert [mark.gap for mark in lacking.marks[:4]] == [True, True, True, False]
    assert lacking.covered == 199_997


def test_where_much_is_open_the_proof_is_counted_beside_the_page(
    desk: Desk, ridgeline: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thread that counts would see nothing of this test's transaction, so it is run when the page has been read."""
    ridgeline.lead()
    begun: list[threading.Thread] = []
    monkeypatch.setattr("trellis.journeys.auditor.MANY", 0)
    monkeypatch.setattr("trellis.journeys.auditor._auditor", Auditor())
    monkeypatch.setattr("threading.Thread.start", lambda thread: begun.append(thread))
    monkeypatch.setattr("trellis.journeys.auditor.connection.close", lambda: None)
    assert "being looked at" in desk.open("/coverage")
    assert "1 of 1" in desk.words
    assert "being looked at" in desk.open("/coverage")
    [counting] = begun
    counting.run()
    desk.at = TUESDAY + timedelta(minutes=3)
    page = desk.open("/coverage")
    assert "counted 3m ago" in desk.words
    assert "and finds nothing" in page
