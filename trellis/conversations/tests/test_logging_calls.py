"""Calls are entered once, and each is told as what it was."""

from datetime import datetime
from typing import Any

import pytest

from trellis.conversations.actions import log_call
from trellis.conversations.models import Call
from trellis.conversations.tests.conftest import told
from trellis.core.ids import new_id
from trellis.people.models import Contact
from trellis.team.models import User

KINDS = ("call.answered", "call.missed", "call.tried")


@pytest.mark.parametrize(
    ("direction", "outcome", "key"),
    [
        ("in", "answered", "call.answered"),
        ("out", "answered", "call.answered"),
        ("in", "missed", "call.missed"),
        ("in", "voicemail", "call.missed"),
        ("out", "no_answer", "call.tried"),
        ("out", "voicemail", "call.tried"),
    ],
)
def test_each_call_is_told_as_what_it_was(
    direction: str, outcome: str, key: str, tasha: Contact, dana: User, noon: datetime
) -> None:
    journey_id = new_id()
    call = log_call(
        contact=tasha, direction=direction, outcome=outcome, started_at=noon, journey_id=journey_id, by=dana, at=noon
    )
    [fact] = [fact for kind in KINDS for fact in told(kind)]
    assert (fact.key, fact.journey_id, fact.contact_id, fact.by_id) == (key, journey_id, tasha.id, dana.id)
    assert fact.payload["call_id"] == str(call.id)


def test_the_same_call_told_twice_is_one(tasha: Contact, noon: datetime) -> None:
    fields: dict[str, Any] = {"contact": tasha, "direction": "in", "outcome": "missed", "started_at": noon, "at": noon}
    first = log_call(provider_id="CA1", **fields)
    assert log_call(provider_id="CA1", **fields) == first
    assert len(told("call.missed")) == Call.objects.count() == 1


def test_calls_that_no_system_names_are_each_their_own(tasha: Contact, dana: User, noon: datetime) -> None:
    for _ in range(2):
        log_call(contact=tasha, direction="out", outcome="no_answer", started_at=noon, by=dana, at=noon)
    assert Call.objects.count() == 2


def test_what_was_said_is_kept(tasha: Contact, dana: User, noon: datetime) -> None:
    log_call(
        contact=tasha,
        direction="out",
        outcome="answered",
        started_at=noon,
        seconds=240,
        note=" Wants it\x00 before\r\nthe storm ",
        by=dana,
        at=noon,
    )
    [fact] = told("call.answered")
    assert (fact.payload["seconds"], fact.payload["note"]) == (240, "Wants it before\nthe storm")


def test_a_call_that_only_started_a_journey_is_kept_and_told_to_nobody(tasha: Contact, noon: datetime) -> None:
    call = log_call(contact=tasha, direction="in", outcome="missed", started_at=noon, at=noon, is_turn=False)
    assert Call.objects.get() == call
    assert not told("call.missed")
