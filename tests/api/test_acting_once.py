"""A request that is sent twice, because the line broke or a program is careful, acts once."""

from datetime import timedelta
from typing import Any

import pytest

from tests.api.conftest import Caller, problem
from tests.cast import Business, next_step
from trellis.api.models import KeptAnswer
from trellis.events.models import Event
from trellis.intake.models import Signal

RENEE = {"name": "Renee Castillo", "email": "renee@example.com"}


def test_a_signal_that_is_sent_twice_is_stored_once_and_answered_alike(api: Caller) -> None:
    first = api.post("/signals", RENEE, Idempotency_Key="form-1")
    again = api.post("/signals", RENEE, Idempotency_Key="form-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert Signal.objects.count() == 1


def test_without_a_key_each_request_is_an_act_of_its_own(api: Caller) -> None:
    assert api.post("/signals", RENEE).json()["reference"] != api.post("/signals", RENEE).json()["reference"]


def test_a_task_that_is_completed_twice_under_one_key_is_done_once_without_an_error(
    api: Caller, ridgeline: Business
) -> None:
    path = f"/tasks/{next_step(ridgeline.lead()).id}/complete"
    first = api.post(path, {"note": "Called"}, Idempotency_Key="k")
    assert api.post(path, {"note": "Called"}, Idempotency_Key="k").json() == first.json()
    assert Event.objects.filter(key="task.done").count() == 1


def test_a_key_is_not_good_for_another_request(api: Caller, ridgeline: Business) -> None:
    api.post("/signals", RENEE, Idempotency_Key="k")
    problem(api.post("/signals", RENEE | {"name": "Al"}, Idempotency_Key="k"), 422, "idempotency_key_reused")
    path = f"/tasks/{next_step(ridgeline.lead(ridgeline.contact('Al', 'al@example.com'))).id}/complete"
    problem(api.post(path, RENEE, Idempotency_Key="k"), 422, "idempotency_key_reused")
    assert Signal.objects.count() == 1


def test_two_programs_may_use_the_same_key(api: Caller) -> None:
    other = Caller()
    assert (
        api.post("/signals", RENEE, Idempotency_Key="k").json()
        != other.post("/signals", RENEE, Idempotency_Key="k").json()
    )


def test_while_the_first_request_is_at_work_the_second_is_asked_to_wait(
    api: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trellis.intake import api as door

    told, take_in = [], door.take_in

    def take_in_slowly(**signal: Any) -> tuple[Signal, bool]:
        told.append(api.post("/signals", RENEE, Idempotency_Key="k"))
        return take_in(**signal)

    monkeypatch.setattr(door, "take_in", take_in_slowly)
    assert api.post("/signals", RENEE, Idempotency_Key="k").status_code == 201
    (second,) = told
    problem(second, 409, "still_at_work")
    assert second["Retry-After"] == "1"
    assert Signal.objects.count() == 1


def test_a_request_that_was_refused_may_be_corrected_and_sent_again(api: Caller) -> None:
    problem(api.post("/signals", {"name": 5}, Idempotency_Key="k"), 422, "bad_fields")
    assert api.post("/signals", RENEE, Idempotency_Key="k").status_code == 201


def test_a_request_that_failed_on_our_side_may_be_sent_again(api: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("trellis.intake.api.take_in", None)
        problem(api.post("/signals", RENEE, Idempotency_Key="k"), 500)
    assert api.post("/signals", RENEE, Idempotency_Key="k").status_code == 201


def test_a_request_whose_process_died_is_taken_up_by_the_next_one_a_minute_later_and_still_acts_once(
    api: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = api.post("/signals", RENEE, Idempotency_Key="k").json()
    KeptAnswer.objects.update(status=None, body="")
    problem(api.post("/signals", RENEE, Idempotency_Key="k"), 409)
    later = KeptAnswer.objects.get().created_at + timedelta(seconds=61)
    monkeypatch.setattr("trellis.api.middleware.timezone.now", lambda: later)
    assert api.post("/signals", RENEE, Idempotency_Key="k").json() == first
    assert KeptAnswer.objects.get().status == 200
    assert Signal.objects.count() == 1


def test_an_answer_is_kept_for_a_day(api: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    first = api.post("/signals", RENEE, Idempotency_Key="k").json()
    made = KeptAnswer.objects.get().created_at
    monkeypatch.setattr("trellis.api.middleware.timezone.now", lambda: made + timedelta(hours=23, minutes=59))
    assert api.post("/signals", RENEE, Idempotency_Key="k").json() == first
    monkeypatch.setattr("trellis.api.middleware.timezone.now", lambda: made + timedelta(hours=24, seconds=1))
    assert api.post("/signals", RENEE, Idempotency_Key="k").json() != first


@pytest.mark.parametrize("key", ["", "x" * 256, "schlüssel", "a\tb"])
def test_a_key_that_cannot_be_one_is_refused(api: Caller, key: str) -> None:
    problem(api.post("/signals", RENEE, Idempotency_Key=key), 400, "bad_idempotency_key")
    assert not Signal.objects.exists()
