from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.api.conftest import Caller, problem
from tests.cast import TUESDAY, Business, chicago
from trellis.journeys.actions import close_journey, park_journey
from trellis.journeys.models import Clock


@pytest.fixture(autouse=True)
def _tuesday(monkeypatch: pytest.MonkeyPatch) -> None:
    """The door's clock stands two minutes after the lead."""
    monkeypatch.setattr("trellis.api.middleware.timezone.now", lambda: TUESDAY + timedelta(minutes=2))


def test_an_open_journey_shows_its_owner_next_step_deadline_and_what_happens_if_nobody_acts(
    api: Caller, ridgeline: Business
) -> None:
    renee = ridgeline.contact()
    journey = ridgeline.lead(renee)
    shown = api.get(f"/journeys/{journey.id}").json()
    maya = {"id": str(ridgeline.maya.id), "name": "Maya Ortiz"}
    assert shown["contact"] == {"id": str(renee.id), "name": "Renee Castillo"}
    assert (shown["playbook"], shown["version"], shown["status"]) == ("storm-and-repair", 1, "open")
    assert shown["stage"] == {"key": "new", "title": "New", "phase": "new"}
    assert shown["owner"] == maya
    assert shown["next_step"]["title"] == "Call Renee"
    assert shown["next_step"]["kind"] == "call"
    assert shown["next_step"]["assignee"] == maya
    assert shown["next_step"]["due_at"] == shown["due_at"] == "2026-06-09T15:05:00Z"
    assert shown["if_nobody_acts"] == {
        "sentence": "it moves to the next free person and both are told",
        "at": "2026-06-09T15:05:00Z",
    }
    assert shown["words"] == "A limb came down"
    assert shown["value"] is None


def test_each_promise_says_whether_it_is_running_met_late_or_dropped(api: Caller, ridgeline: Business) -> None:
    journey = ridgeline.lead()
    running = Clock.objects.get(journey=journey, kind="first_response")
    Clock.objects.filter(journey=journey).exclude(pk=running.pk).delete()
    due = running.due_at
    kept = {"journey": journey, "rule_id": "x", "started_at": TUESDAY}
    early = {"met_at": due - timedelta(minutes=1)}
    late = {"met_at": due + timedelta(minutes=1)}
    for episode, more in enumerate([early, late, {"dropped_at": due}], 10):
        started = TUESDAY + timedelta(seconds=episode)
        Clock.objects.create(
            **kept | {"kind": "reply", "episode": episode, "due_at": due, "started_at": started} | more
        )
    Clock.objects.create(
        **kept | {"kind": "stage", "episode": 20, "due_at": TUESDAY, "started_at": chicago("2026-06-10 09:00")}
    )
    clocks = api.get(f"/journeys/{journey.id}").json()["clocks"]
    assert [clock["state"] for clock in clocks] == ["running", "met", "late", "dropped", "late"]
    assert clocks[0]["kind"] == "first_response"
    assert clocks[0]["due_at"] == "2026-06-09T15:05:00Z"


def test_a_parked_and_a_closed_journey_say_why(api: Caller, ridgeline: Business) -> None:
    parked, closed = ridgeline.lead(), ridgeline.lead(ridgeline.contact("Al Reyes", "al@example.com"))
    until = TUESDAY + timedelta(days=90)
    park_journey(parked, until=until, reason="Waits for the insurance", by=ridgeline.maya, at=TUESDAY)
    close_journey(closed, outcome="lost", reason="Chose another roofer", by=ridgeline.maya, at=TUESDAY)
    shown = api.get(f"/journeys/{parked.id}").json()
    assert (shown["status"], shown["parked_reason"]) == ("parked", "Waits for the insurance")
    assert datetime.fromisoformat(shown["parked_until"]) == until
    shown = api.get(f"/journeys/{closed.id}").json()
    assert (shown["status"], shown["outcome"], shown["closed_reason"]) == ("closed", "lost", "Chose another roofer")
    assert (shown["next_step"], shown["due_at"], shown["if_nobody_acts"]) == (None, None, None)


def test_journeys_are_found_by_person_status_and_stage(api: Caller, ridgeline: Business) -> None:
    renee, al = ridgeline.contact(), ridgeline.contact("Al Reyes", "al@example.com")
    of_renee = ridgeline.lead(renee)
    of_al = ridgeline.lead(al, at=TUESDAY + timedelta(minutes=1))
    close_journey(of_al, outcome="lost", reason="Too far away", by=ridgeline.maya, at=TUESDAY + timedelta(minutes=2))

    def found(**query: object) -> list[str]:
        return [item["id"] for item in api.get("/journeys", query).json()["items"]]

    assert found() == [str(of_al.id), str(of_renee.id)]
    assert found(contact=renee.id) == [str(of_renee.id)]
    assert found(status="closed") == [str(of_al.id)]
    assert found(stage="new", status="open") == [str(of_renee.id)]
    assert found(stage="in-conversation") == []
    assert found(contact=ridgeline.maya.id) == []


def test_messages_are_shown_with_direction_state_and_the_rule_that_sent_them(api: Caller, ridgeline: Business) -> None:
    renee = ridgeline.contact()
    journey = ridgeline.lead(renee)
    (message,) = api.get("/messages", {"contact": renee.id}).json()["items"]
    assert (message["direction"], message["channel"], message["state"]) == ("out", "email", "queued")
    assert (message["rule"], message["template"], message["held"]) == ("ack", "we-got-it", "not connected")
    assert message["written_by"] is None
    assert message["text"].startswith("Hi Renee, this is Ridgeline Roofing.")
    assert api.get("/messages", {"journey": journey.id}).json()["items"] == [message]
    problem(api.get("/messages"), 422)


def test_tasks_of_people_and_of_the_machine_are_listed_the_soonest_first(api: Caller, ridgeline: Business) -> None:
    journey = ridgeline.lead()
    items = api.get("/tasks").json()["items"]
    dues = [item["due_at"] for item in items]
    assert dues == sorted(dues)
    assert {item["status"] for item in items} == {"open"}
    assert {item["rule"] for item in items if item["assignee"] is None} >= {"nudge", "rest"}
    (call,) = api.get("/tasks", {"assignee": ridgeline.maya.id}).json()["items"]
    assert (call["title"], call["kind"], call["journey"]) == ("Call Renee", "call", str(journey.id))
    assert call["contact"]["name"] == "Renee Castillo"
    assert api.get("/tasks", {"status": "done"}).json()["items"] == []


def test_twenty_journeys_cost_as_many_queries_as_one(
    api: Caller, ridgeline: Business, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(20):
        ridgeline.lead(ridgeline.contact(f"Person {number}", f"p{number}@example.com"))
    api.get("/journeys")
    with django_assert_num_queries(5):  # the token, the journeys with all they name, their clocks, offers and forecasts
        assert len(api.get("/journeys").json()["items"]) == 20
    with django_assert_num_queries(2):
        assert len(api.get("/tasks", {"limit": 200}).json()["items"]) > 60
    contact = ridgeline.lead().contact_id
    with django_assert_num_queries(2):
        assert api.get("/messages", {"contact": contact}).json()["items"]


def test_an_instant_is_told_in_utc_with_all_its_digits(api: Caller, ridgeline: Business) -> None:
    at = datetime(2026, 6, 9, 15, 0, 0, 123456, tzinfo=UTC)
    journey = ridgeline.lead(at=at)
    assert api.get(f"/journeys/{journey.id}").json()["started_at"] == "2026-06-09T15:00:00.123456Z"
