"""A program asks why, and why not, as people do on the page."""

from datetime import timedelta
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.api.conftest import Caller, problem
from tests.cast import TUESDAY, Business
from trellis.journeys.actions import move_journey


@pytest.fixture(autouse=True)
def _tuesday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trellis.api.middleware.timezone.now", lambda: TUESDAY + timedelta(minutes=20))


def test_each_reason_has_its_fact_its_rule_and_what_it_knew(api: Caller, ridgeline: Business) -> None:
    journey = ridgeline.lead()
    shown = api.get(f"/journeys/{journey.id}/why").json()
    (queued,) = [one for one in shown["items"] if one["rule"] == "ack"]
    assert (queued["did"], queued["sentence"], queued["version"]) == (True, "Queued “We got it” by email: New: form", 1)
    assert queued["happened"] == {
        "fact": "signal.captured",
        "said": "Renee reached out: web form",
        "at": "2026-06-09T15:00:00Z",
    }
    assert queued["inputs"]["customer"]["reachable"] == ["email"]
    assert shown["answer"] is None
    (call,) = [one for one in shown["coming"] if one["who"] == "Maya Ortiz"]
    assert (call["title"], call["due_at"]) == ("Call Renee", "2026-06-09T15:05:00Z")
    assert call["local_time"] == "Tue, Jun 9, 2026, 10:05 AM CDT"
    assert call["because"] == "5 working minutes after 10:00 AM"


def test_a_rule_is_asked_about_by_its_id(api: Caller, ridgeline: Business) -> None:
    journey = ridgeline.lead()
    shown = api.get(f"/journeys/{journey.id}/why", {"rule": "sorry"}).json()
    assert shown["items"] == []
    assert shown["answer"]["state"] == "never"
    assert shown["answer"]["sentence"].startswith("It answers to a missed call")
    assert shown["answer"]["rule"]["words"] == "When we miss their call, “Sorry we missed you” goes out by itself"
    assert api.get(f"/journeys/{journey.id}/why", {"rule": "zebra"}).json()["answer"] is None


def test_pages_go_on_where_the_one_before_ended(api: Caller, ridgeline: Business) -> None:
    journey = ridgeline.lead()
    move_journey(journey, stage="in-conversation", by=ridgeline.maya, at=TUESDAY + timedelta(minutes=9))
    whole = [one["id"] for one in api.get(f"/journeys/{journey.id}/why").json()["items"]]
    read, cursor = [], ""
    while cursor is not None:
        page = api.get(f"/journeys/{journey.id}/why", {"limit": 4, "cursor": cursor}).json()
        read += [one["id"] for one in page["items"]]
        cursor = page["next"]
    assert read == whole
    held = api.get(f"/journeys/{journey.id}/why", {"show": "did_not"}).json()["items"]
    assert {one["did"] for one in held} == {False}


def test_what_cannot_be_asked_is_refused(api: Caller, ridgeline: Business) -> None:
    journey = ridgeline.lead()
    problem(api.get(f"/journeys/{uuid4()}/why"), 404)
    problem(api.get(f"/journeys/{journey.id}/why", {"cursor": "zebra"}), 422, "bad_cursor")
    problem(api.get(f"/journeys/{journey.id}/why", {"show": "zebra"}), 422)


def test_it_costs_few_questions(
    api: Caller, ridgeline: Business, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    journey = ridgeline.lead()
    api.get(f"/journeys/{journey.id}/why")
    with django_assert_num_queries(5):  # the token, the journey, what was decided, what is open, where they live
        api.get(f"/journeys/{journey.id}/why")
