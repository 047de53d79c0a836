"""Signals that come in at the same time share two transactions, and nothing else."""

from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from trellis.intake import actions
from trellis.intake.actions import Settlement, take_in
from trellis.intake.models import RawSignal, Signal
from trellis.intake.queries import counts
from trellis.intake.tests.conftest import JOURNEY, MORNING

ATTACHED = Settlement(state="attached", journey_id=JOURNEY)


def told(name: str, **given: Any) -> Any:
    return {"kind": "form", "channel": "web", "source": "roof-repair", "payload": {"name": name}, "at": MORNING} | given


@pytest.fixture
def in_company(monkeypatch):
    """Take a signal in at the very moment at which these others come in."""

    def come(signal, *others):
        def together(arrival):
            return actions._take_in_all([arrival, *[actions._as_signal(other) for other in others]])[0]

        with monkeypatch.context() as busy:
            busy.setattr(actions, "_take_in_together", together)
            return take_in(**signal)

    return come


@pytest.mark.django_db
def test_all_are_stored_by_one_insert_and_settled(in_company, interpretation):
    with CaptureQueriesContext(connection) as queries:
        signal, is_new = in_company(told("Dana"), told("Renee"), told("Tom"))

    assert (signal.state, is_new, signal.payload) == ("attached", True, {"name": "Dana"})
    assert counts()["attached"] == 3
    assert sum(query["sql"].startswith("INSERT") for query in queries) == 1
    assert len(set(interpretation.asked)) == 3


@pytest.mark.django_db
def test_they_are_stored_before_anybody_says_what_they_mean(in_company, interpretation):
    seen = []
    interpretation.answer = lambda signal: seen.append(Signal.objects.count()) or ATTACHED

    in_company(told("Dana"), told("Renee"))

    assert seen == [2, 2]


@pytest.mark.django_db
def test_one_that_cannot_be_understood_holds_up_nobody(in_company, interpretation):
    def fail_for_tom(signal):
        if signal.payload["name"] == "Tom":
            raise LookupError("no playbook starts on this")
        return ATTACHED

    interpretation.answer = fail_for_tom

    dana, _ = in_company(told("Dana"), told("Tom"))
    assert (dana.state, Signal.objects.get(pk=dana.pk).state) == ("attached", "attached")

    tom, is_new = in_company(told("Tom"), told("Dana"))
    assert (tom.state, tom.attempts, is_new) == ("waiting", 1, True)
    assert "no playbook" in tom.error
    assert counts()["received"] == 4


@pytest.mark.django_db
def test_an_answer_that_the_database_refuses_leaves_the_others_as_they_were(in_company, interpretation):
    interpretation.answer = lambda signal: (
        Settlement(state="set_aside", reason="") if signal.payload["name"] == "Tom" else ATTACHED
    )

    dana, _ = in_company(told("Dana"), told("Tom"))

    assert (dana.state, counts()["attached"], counts()["waiting"]) == ("attached", 1, 1)


@pytest.mark.django_db
def test_one_that_has_to_be_understood_alone_is(in_company, interpretation):
    alone = []

    def only_alone(signal):
        alone.append(signal.pk)
        return ATTACHED if len(alone) > 2 else None

    interpretation.answer = only_alone

    dana, _ = in_company(told("Dana"), told("Renee"))

    assert (dana.state, alone[2]) == ("attached", dana.pk)


@pytest.mark.django_db
def test_an_act_told_again_stores_nothing_of_the_others_so_that_each_can_be_stored_alone(in_company, interpretation):
    first, _ = take_in(**told("Dana", external_id="page-1"))

    with pytest.raises(IntegrityError):
        in_company(told("Renee"), told("Dana", external_id="page-1"))

    assert list(Signal.objects.all()) == [first]
    again, is_new = take_in(**told("Dana", external_id="page-1"))
    assert (again, is_new) == (first, False)


@pytest.mark.django_db
def test_the_bytes_of_each_are_kept_with_it(in_company, interpretation):
    in_company(told("Dana", raw=b"d"), told("Renee"), told("Tom", raw=b"t"))

    kept = {raw.signal.payload["name"]: bytes(raw.body) for raw in RawSignal.objects.all()}
    assert kept == {"Dana": b"d", "Tom": b"t"}
