"""A signal is stored before it is understood, once, whatever it holds."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from trellis.intake.actions import ALPHABET, mark_as_sample, receive
from trellis.intake.models import RawSignal, Signal
from trellis.intake.queries import counts

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"


@pytest.mark.django_db
def test_a_signal_is_stored_with_a_reference_that_can_be_read_out(come_in, morning):
    signal = come_in()

    assert len(signal.reference) == 8
    assert set(signal.reference) <= set(ALPHABET)
    assert not set(ALPHABET) & set("01OILUAE")
    stored = Signal.objects.get()
    assert (stored.state, stored.received_at, stored.payload) == ("waiting", morning, {"name": "Dana"})


@pytest.mark.django_db
def test_storing_costs_one_write(come_in):
    with CaptureQueriesContext(connection) as queries:
        come_in()
    assert [q["sql"].split()[0] for q in queries if "POINT" not in q["sql"]] == ["INSERT"]


@pytest.mark.django_db
def test_the_same_act_told_twice_is_one_signal(morning):
    told: dict[str, Any] = {
        "kind": "call",
        "channel": "phone",
        "source": "twilio",
        "payload": {},
        "at": morning,
        "external_id": "CA1",
    }

    first, was_new = receive(**told)
    again, is_new = receive(**told | {"payload": {"seconds": 4}})

    assert (was_new, is_new) == (True, False)
    assert (again, again.reference) == (first, first.reference)
    assert Signal.objects.count() == 1


@pytest.mark.django_db
def test_the_same_id_from_another_source_is_another_signal(come_in):
    come_in(external_id="1", source="twilio")
    come_in(external_id="1", source="inbound_email")

    assert Signal.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("external_id", ["x" * 5000, "a\x00b", "half \ud83d"])
def test_an_id_that_cannot_be_stored_still_tells_two_acts_apart(come_in, external_id):
    first = come_in(external_id=external_id)

    assert come_in(external_id=external_id) == first
    assert come_in(external_id=external_id + "!") != first


@pytest.mark.django_db
def test_signals_without_an_id_are_never_taken_for_one_another(come_in):
    assert come_in() != come_in()
    assert come_in(external_id="") != come_in(external_id="")


@pytest.mark.django_db
def test_the_bytes_are_kept_where_they_are_given(come_in):
    signal = come_in(raw=b"From: dana@example.com\r\n\r\n\xff\x00")

    assert bytes(RawSignal.objects.get(signal=signal).body) == b"From: dana@example.com\r\n\r\n\xff\x00"


@pytest.mark.django_db
def test_what_no_database_can_hold_is_stored_as_near_as_can_be(come_in):
    deep: dict[str, object] = {}
    for _ in range(3000):
        deep = {"in": deep}
    payload = {"a\x00": "nul \x00, half \ud83d, whole 😀", "n": [float("nan"), float("inf"), 1.5, 10**30], "d": deep}

    stored = Signal.objects.get(pk=come_in(payload=payload).pk).payload

    assert stored["a"] == "nul , half \ufffd, whole 😀"
    assert stored["n"] == ["nan", "inf", 1.5, 10**30]
    assert stored["d"]["in"]["in"]


@pytest.mark.django_db
def test_strings_that_broke_other_software_come_back_as_they_were(come_in):
    strings = SHARED / "edge_strings" / "blns.json"
    if not strings.exists() and not os.environ.get("CI"):
        pytest.skip("the shared test data is not beside this checkout")
    for text in json.loads(strings.read_text()):
        signal = come_in(payload={"message": text, text: 1})
        signal.refresh_from_db()
        assert signal.payload["message"] == text.replace("\x00", "")


@pytest.mark.django_db(transaction=True)
def test_a_signal_cannot_be_taken_in_where_a_later_error_would_undo_it(come_in):
    with pytest.raises(RuntimeError), transaction.atomic():
        come_in()
    assert counts()["received"] == 0


@pytest.mark.django_db
def test_a_reference_drawn_twice_is_drawn_again(come_in, monkeypatch):
    drawn = iter(["SAME", "SAME", "OTHER"])
    monkeypatch.setattr("trellis.intake.actions.new_reference", lambda: next(drawn))

    assert [come_in().reference, come_in().reference] == ["SAME", "OTHER"]


@pytest.mark.django_db
def test_a_signal_that_nobody_meant_is_marked_as_sample(come_in, morning):
    mark_as_sample(come_in(), at=morning)
    assert Signal.objects.get().sampled_at == morning
