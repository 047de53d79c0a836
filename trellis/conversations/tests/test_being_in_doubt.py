"""A message whose fate is unknown is never sent again by itself, and never forgotten."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from trellis.conversations.actions import Outgoing
from trellis.conversations.ledger import SENDING, deliver_due, resolve_doubt
from trellis.conversations.models import Message
from trellis.conversations.outcomes import mark_delivered, mark_handed_over
from trellis.conversations.tests.conftest import Postman, entered, told
from trellis.conversations.transports import NotSent, Receipt, Unsure

Make = Callable[..., Outgoing]
BROKE_OFF = "the connection broke after the text was sent"


@pytest.fixture
def broken_off(outgoing: Make, postman: Postman, noon: datetime) -> Message:
    """A worker died in the middle of the call, ten minutes ago."""

    def die(message: Message) -> None:
        raise KeyboardInterrupt

    queued = entered(outgoing(), noon)
    postman.on_the_way = die
    with pytest.raises(KeyboardInterrupt):
        deliver_due(at=noon)
    postman.on_the_way = lambda message: None
    return queued


@pytest.fixture
def later(noon: datetime) -> datetime:
    return noon + SENDING + timedelta(seconds=1)


def the_message() -> Message:
    return Message.objects.get()


def test_nobody_touches_it_while_the_lease_runs(broken_off: Message, postman: Postman, noon: datetime) -> None:
    assert resolve_doubt(at=noon + SENDING / 2) == 0
    assert deliver_due(at=noon + SENDING / 2) == 0


def test_where_nobody_can_say_it_is_in_doubt_told_and_never_resent(
    broken_off: Message, postman: Postman, later: datetime
) -> None:
    assert resolve_doubt(at=later) == 1
    resolve_doubt(at=later + SENDING)
    deliver_due(at=later + timedelta(days=2))
    assert the_message().state == "in_doubt"
    assert len(postman.carried) == 1
    [fact] = told("message.in_doubt")
    assert (fact.journey_id, fact.payload["message_id"]) == (broken_off.journey_id, str(broken_off.id))
    assert "stopped while it was being sent" in fact.payload["reason"]


def test_where_the_provider_has_it_it_was_handed_over(broken_off: Message, postman: Postman, later: datetime) -> None:
    postman.found = Receipt("SM77")
    resolve_doubt(at=later)
    assert (the_message().state, the_message().provider_id) == ("handed_over", "SM77")
    assert len(told("message.handed_over")) == 1
    assert told("message.in_doubt") == []


def test_where_the_provider_never_got_it_it_is_sent_after_all(
    broken_off: Message, postman: Postman, later: datetime
) -> None:
    postman.found = NotSent("the provider has no such message")
    resolve_doubt(at=later)
    deliver_due(at=later + timedelta(minutes=2))
    assert the_message().state == "handed_over"


def test_where_the_provider_is_silent_it_is_asked_for_an_hour(
    broken_off: Message, postman: Postman, later: datetime
) -> None:
    postman.found = Unsure("the provider does not answer")
    for minutes in range(0, 90, 5):
        resolve_doubt(at=later + timedelta(minutes=minutes))
    [fact] = told("message.in_doubt")
    assert fact.payload["reason"] == "the provider does not answer"
    assert fact.at - later > timedelta(minutes=45)


def test_a_connection_that_breaks_is_in_doubt_at_once_where_nobody_can_say(
    outgoing: Make, postman: Postman, noon: datetime
) -> None:
    postman.answers = [Unsure(BROKE_OFF)]
    entered(outgoing(), noon)
    deliver_due(at=noon)
    assert (the_message().state, the_message().reason) == ("in_doubt", BROKE_OFF)
    assert len(told("message.in_doubt")) == 1


def test_right_after_the_break_a_provider_that_does_not_list_it_is_asked_again_later(
    outgoing: Make, postman: Postman, noon: datetime
) -> None:
    postman.answers = [Unsure(BROKE_OFF)]
    postman.found = NotSent("not listed")
    entered(outgoing(), noon)
    deliver_due(at=noon)
    deliver_due(at=noon + timedelta(minutes=1))
    assert (the_message().state, len(postman.carried)) == ("sending", 1)
    postman.found = Receipt("SM1")
    resolve_doubt(at=noon + timedelta(minutes=3))
    assert the_message().state == "handed_over"


def test_a_transport_that_crashes_may_have_sent_it(outgoing: Make, postman: Postman, noon: datetime) -> None:
    postman.answers = [ZeroDivisionError()]
    entered(outgoing(), noon)
    deliver_due(at=noon)
    assert the_message().state == "in_doubt"
    assert "ZeroDivisionError" in the_message().reason


def test_evidence_that_comes_later_settles_the_doubt(broken_off: Message, postman: Postman, later: datetime) -> None:
    resolve_doubt(at=later)
    assert mark_delivered(the_message(), provider_id="SM9", at=later)
    assert (the_message().state, the_message().provider_id) == ("delivered", "SM9")
    assert [len(told(key)) for key in ("message.in_doubt", "message.handed_over", "message.delivered")] == [1, 1, 1]


def test_two_who_learn_of_it_tell_it_once(broken_off: Message, postman: Postman, later: datetime) -> None:
    ours, theirs = the_message(), the_message()
    assert mark_handed_over(ours, at=later)
    assert not mark_handed_over(theirs, at=later)
    assert len(told("message.handed_over")) == 1
