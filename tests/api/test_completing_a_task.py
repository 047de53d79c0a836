from datetime import timedelta
from typing import Any

import pytest

from tests.api.conftest import Caller, problem
from tests.cast import TUESDAY, Business, next_step
from trellis.core.ids import new_id
from trellis.events.models import Event
from trellis.journeys.audit import audit
from trellis.journeys.models import Task
from trellis.team.models import User

NOW = TUESDAY + timedelta(minutes=2)


@pytest.fixture(autouse=True)
def _tuesday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trellis.api.middleware.timezone.now", lambda: NOW)


def complete(api: Caller, task: Task, body: object = None, **headers: str) -> Any:
    return api.post(f"/tasks/{task.id}/complete", body, **headers)


def test_a_task_is_done_and_the_next_step_is_told(api: Caller, ridgeline: Business) -> None:
    journey = ridgeline.lead()
    task = next_step(journey)
    done = complete(api, task, {"note": "She wants an inspection."}).json()
    assert (done["id"], done["status"]) == (str(task.id), "done")
    assert done["closed_at"] == "2026-06-09T15:02:00Z"
    assert done["next_step"]["id"] == str(next_step(journey).id) != str(task.id)
    assert Event.objects.get(key="task.done").payload["note"] == "She wants an inspection."
    assert audit()["violations"] == 0


def test_no_body_is_needed(api: Caller, ridgeline: Business) -> None:
    assert complete(api, next_step(ridgeline.lead())).status_code == 200
    assert complete(api, next_step(ridgeline.lead(ridgeline.contact("Al", "al@example.com"))), {}).status_code == 200


def test_whoever_does_it_may_say_what_comes_then(api: Caller, ridgeline: Business) -> None:
    journey = ridgeline.lead()
    then = {"then": "Send the photos", "then_due_at": "2026-06-10T12:00:00-05:00"}
    done = complete(api, next_step(journey), then).json()
    assert (done["next_step"]["title"], done["next_step"]["due_at"]) == ("Send the photos", "2026-06-10T17:00:00Z")


def test_it_was_done_by_whoever_made_the_token(ridgeline: Business) -> None:
    task = next_step(ridgeline.lead())
    assert complete(Caller(by=ridgeline.priya), task).json()["closed_by"]["name"] == "Priya Nair"


def test_a_token_that_nobody_made_acts_for_the_assignee(api: Caller, ridgeline: Business) -> None:
    task = next_step(ridgeline.lead())
    assert complete(api, task).json()["closed_by"]["name"] == "Maya Ortiz"


def test_a_token_whose_maker_left_completes_nothing(ridgeline: Business) -> None:
    caller = Caller(by=ridgeline.tom)
    User.objects.filter(pk=ridgeline.tom.pk).update(deactivated_at=TUESDAY)
    assert complete(caller, next_step(ridgeline.lead())).status_code == 401


def test_a_task_that_is_closed_already_answers_with_what_is_next_now(api: Caller, ridgeline: Business) -> None:
    journey = ridgeline.lead()
    task = next_step(journey)
    complete(api, task)
    refusal = problem(complete(api, task), 409, "task_closed")
    assert refusal["next_step"]["id"] == str(next_step(journey).id)
    assert Event.objects.filter(key="task.done").count() == 1


def test_what_the_machine_does_nobody_can_complete(api: Caller, ridgeline: Business) -> None:
    journey = ridgeline.lead()
    task = Task.objects.filter(journey=journey, assignee=None)[0]
    for caller in (api, Caller(by=ridgeline.maya)):
        problem(complete(caller, task), 409, "not_a_persons")
    task.refresh_from_db()
    assert task.status == "open"


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({"then": "Call", "then_due_at": "2026-06-09T14:00:00Z"}, "in_the_past", "#/then_due_at"),
        ({"then": "Call", "then_due_at": "2026-06-10T14:00:00"}, "bad_fields", "#/then_due_at"),
        ({"then": "Call", "then_due_at": "tomorrow"}, "bad_fields", "#/then_due_at"),
        ({"then_due_at": "2026-06-10T14:00:00Z"}, "bad_fields", "#"),
        ({"note": "x" * 241}, "bad_fields", "#/note"),
        ({"done": True}, "bad_fields", "#/done"),
    ],
)
def test_a_completion_that_makes_no_sense_closes_nothing(
    api: Caller, ridgeline: Business, body: object, code: str, pointer: str
) -> None:
    task = next_step(ridgeline.lead())
    said = problem(complete(api, task, body), 422, code)
    assert said["errors"][0]["pointer"] == pointer
    task.refresh_from_db()
    assert task.status == "open"


def test_a_task_that_does_not_exist(api: Caller, ridgeline: Business) -> None:
    problem(api.post(f"/tasks/{new_id()}/complete"), 404, "not_found")


def test_a_viewer_completes_nothing(ridgeline: Business) -> None:
    task = next_step(ridgeline.lead())
    problem(complete(Caller("viewer"), task), 403)
    task.refresh_from_db()
    assert task.status == "open"
