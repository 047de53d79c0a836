"""Status callbacks and bounces, in any order."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from trellis.conversations.actions import Outgoing
from trellis.conversations.ledger import deliver_due
from trellis.conversations.models import Message
from trellis.conversations.outcomes import mark_delivered, mark_failed, mark_handed_over, mark_in_doubt
from trellis.conversations.queries import message_of_provider, message_sent_to
from trellis.conversations.tests.conftest import Postman, entered, told


@pytest.fixture
def sent(outgoing: Callable[..., Outgoing], postman: Postman, noon: datetime) -> Message:
    entered(outgoing(), noon)
    deliver_due(at=noon)
    return Message.objects.get()


def test_a_delivered_message_is_told_once(sent: Message, noon: datetime) -> None:
    assert mark_delivered(sent, at=noon)
    assert not mark_delivered(sent, at=noon)
    assert len(told("message.delivered")) == 1


def test_a_bounce_fails_what_was_handed_over(sent: Message, noon: datetime) -> None:
    assert mark_failed(sent, reason="550 no such user\r\n here", at=noon + timedelta(hours=1))
    assert Message.objects.get().reason == "550 no such user here"
    [fact] = told("message.failed")
    assert (fact.rule_id, fact.journey_id) == ("ack", sent.journey_id)


def test_what_is_settled_stays_settled(sent: Message, noon: datetime) -> None:
    mark_failed(sent, reason="bounced", at=noon)
    assert not mark_delivered(sent, at=noon)
    assert not mark_handed_over(sent, at=noon)
    assert not mark_in_doubt(sent, reason="lease ran out", at=noon)
    assert not mark_failed(sent, reason="bounced again", at=noon)
    assert Message.objects.get().state == "failed"


def test_a_failure_without_words_still_has_a_reason(sent: Message, noon: datetime) -> None:
    mark_failed(sent, reason="", at=noon)
    assert Message.objects.get().reason == "no reason was given"


def test_a_message_is_found_by_the_providers_name_or_its_address(sent: Message) -> None:
    assert message_of_provider("P1") == sent
    assert message_of_provider("") is None
    assert message_sent_to("TASHA@greer.example") == sent
    assert message_sent_to("somebody@else.example") is None
