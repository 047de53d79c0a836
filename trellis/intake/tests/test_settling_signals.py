"""Every signal ends attached, joined or set aside with a reason, or waits and is tried again."""

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection

from trellis.core.refusal import Refused
from trellis.intake.actions import Settlement, interpret, interpret_waiting, restore, set_aside
from trellis.intake.models import Signal
from trellis.intake.queries import counts, signals
from trellis.intake.tests.conftest import JOURNEY
from trellis.people.models import Contact
from trellis.team.models import User

MINUTE = timedelta(minutes=1)


@pytest.fixture
def owner(db, morning):
    return User.objects.create_user("jo@example.com", name="Jo Park", created_at=morning)


@pytest.mark.django_db
def test_an_understood_signal_says_whose_it_is_and_where_it_went(come_in, interpretation, morning):
    dana = Contact.objects.create(name="Dana Whitlock", created_at=morning)
    interpretation.answer = lambda signal: Settlement(state="joined", contact_id=dana.id, journey_id=JOURNEY)

    settled = interpret(come_in(), at=morning)

    stored = Signal.objects.get()
    assert stored == settled
    assert (stored.state, stored.contact, stored.journey_id, stored.settled_at) == ("joined", dana, JOURNEY, morning)


@pytest.mark.django_db
def test_a_settled_signal_is_not_interpreted_again(come_in, interpretation, morning):
    signal = come_in()

    interpret(signal, at=morning)
    interpret(signal, at=morning)

    assert interpretation.asked == [signal.reference]


@pytest.mark.django_db
def test_a_clash_is_tried_again_at_once_and_leaves_nothing_of_the_first_try(come_in, interpretation, morning):
    def clash_once(signal):
        Contact.objects.create(name="Dana Whitlock", created_at=morning)
        if len(interpretation.asked) == 1:
            raise IntegrityError("somebody was quicker")
        return Settlement(state="attached", journey_id=JOURNEY)

    interpretation.answer = clash_once

    assert interpret(come_in(), at=morning).state == "attached"
    assert Contact.objects.count() == 1


@pytest.mark.django_db
def test_a_fault_is_noted_and_tried_again_later_and_later(come_in, interpretation, morning):
    def fail(signal):
        raise LookupError("no playbook \x00 starts on this")

    interpretation.answer = fail
    signal = interpret(come_in(), at=morning)

    assert (signal.state, signal.attempts) == ("waiting", 1)
    assert "no playbook" in signal.error
    waits = []
    for _ in range(7):
        again_at = signal.retry_at or morning
        waits.append(again_at - morning)
        interpret_waiting(again_at, 10)
        morning = again_at
        signal.refresh_from_db()
    assert waits == [MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE, 360 * MINUTE, 360 * MINUTE, 360 * MINUTE]
    assert signal.attempts == 8


@pytest.mark.django_db
def test_a_signal_is_settled_once_the_fault_is_gone_and_forgets_it(come_in, interpretation, morning):
    interpretation.answer = lambda signal: 1 / 0
    signal = interpret(come_in(), at=morning)
    interpretation.answer = lambda signal: Settlement(state="attached", journey_id=JOURNEY)

    assert interpret_waiting(morning, 10) == 0
    assert interpret_waiting(morning + MINUTE, 10) == 1

    signal.refresh_from_db()
    assert (signal.state, signal.error, signal.retry_at) == ("attached", "", None)


@pytest.mark.django_db
def test_a_signal_whose_door_died_is_taken_up_but_not_before_its_door_had_time(come_in, interpretation, morning):
    come_in()

    assert interpret_waiting(morning, 10) == 0
    assert interpret_waiting(morning + MINUTE, 10) == 1


@pytest.mark.django_db
def test_an_answer_that_the_database_refuses_leaves_the_signal_waiting(come_in, interpretation, morning):
    interpretation.answer = lambda signal: Settlement(state="set_aside", reason="")

    assert interpret(come_in(), at=morning).state == "waiting"
    assert "IntegrityError" in Signal.objects.get().error


@pytest.mark.django_db
def test_a_door_is_never_troubled_even_when_the_error_cannot_be_noted(come_in, interpretation, morning, monkeypatch):
    interpretation.answer = lambda signal: 1 / 0
    signal = come_in()
    monkeypatch.setattr(Signal, "refresh_from_db", lambda self: (_ for _ in ()).throw(DatabaseError("gone")))

    assert interpret(signal, at=morning).pk == signal.pk


@pytest.mark.django_db
def test_a_person_sets_aside_what_waits_and_says_why(come_in, owner, morning):
    aside = set_aside(come_in(), reason="Wrong number", by=owner, at=morning)

    assert (aside.state, aside.reason, aside.settled_by) == ("set_aside", "Wrong number", owner)
    with pytest.raises(Refused, match="settled already"):
        set_aside(aside, reason="Again", by=owner, at=morning)


@pytest.mark.django_db
def test_nothing_is_set_aside_without_a_reason(come_in, owner, morning):
    with pytest.raises(Refused, match="Say why"):
        set_aside(come_in(), reason="  ", by=owner, at=morning)
    assert counts()["waiting"] == 1


@pytest.mark.django_db
def test_a_person_takes_a_signal_back_in(come_in, interpretation, owner, morning):
    interpretation.answer = lambda signal: (
        Settlement(state="attached", journey_id=JOURNEY)
        if signal.restored_at
        else Settlement(state="set_aside", reason="filled in under 2 seconds")
    )
    aside = interpret(come_in(), at=morning)
    assert aside.state == "set_aside"

    back = restore(aside, by=owner, at=morning + MINUTE)

    assert (back.state, back.reason, back.restored_by) == ("attached", "", owner)
    with pytest.raises(Refused):
        restore(back, by=owner, at=morning)


@pytest.mark.django_db
def test_the_counts_add_up(come_in, interpretation, morning):
    answers = {
        "attached": Settlement(state="attached", journey_id=JOURNEY),
        "joined": Settlement(state="joined", journey_id=JOURNEY),
        "set_aside": Settlement(state="set_aside", reason="spam"),
    }
    for count, state in enumerate(answers, start=1):
        interpretation.answer = lambda signal, state=state: answers[state]
        for _ in range(count):
            interpret(come_in(), at=morning)
    come_in()

    assert counts() == {"received": 7, "attached": 1, "joined": 2, "set_aside": 3, "waiting": 1}
    assert signals(state="set_aside").count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_waiting_and_settle_each_once(come_in, interpretation, morning):
    for _ in range(12):
        come_in()
    workers = 2 if connection.vendor == "postgresql" else 1  # SQLite has one writer, and one worker.
    together = threading.Barrier(workers)

    def work():
        together.wait()
        while interpret_waiting(morning + MINUTE, 3):
            pass

    at_once(work, workers)

    assert counts()["attached"] == 12
    assert len(interpretation.asked) == len(set(interpretation.asked)) == 12


def at_once(work, workers):
    """Run it in so many threads, each with a connection of its own; one alone needs no thread."""
    if workers == 1:
        work()
        return

    def run():
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
