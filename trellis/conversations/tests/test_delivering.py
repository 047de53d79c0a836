"""What is due leaves once, whatever the outside answers."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from trellis.conversations.actions import Outgoing, queue_messages, withdraw_queued
from trellis.conversations.ledger import IN_HAND, TRY_AGAIN, deliver_due
from trellis.conversations.models import Message
from trellis.conversations.tests.conftest import Postman, entered, told
from trellis.conversations.transports import NotSent, Unreachable
from trellis.events import actions as events
from trellis.events.catalogue import MessageHandedOver
from trellis.people.models import Contact

Make = Callable[..., Outgoing]
MINUTE = timedelta(minutes=1)


def the_message() -> Message:
    return Message.objects.get()


def test_a_due_message_is_handed_over_and_told(outgoing: Make, postman: Postman, noon: datetime) -> None:
    queued = entered(outgoing(), noon)
    assert deliver_due(at=noon) == 1
    sent = the_message()
    assert (sent.state, sent.provider_id, sent.attempts, sent.lease_until) == ("handed_over", "P1", 1, None)
    assert sent.handed_over_at
    assert sent.handed_over_at - noon < MINUTE
    [fact] = told("message.handed_over")
    assert (fact.journey_id, fact.rule_id, fact.by_id) == (queued.journey_id, "ack", None)
    assert fact.payload["message_id"] == str(queued.id)


def test_sending_is_committed_with_its_lease_before_the_call(outgoing: Make, postman: Postman, noon: datetime) -> None:
    seen: list[Message] = []
    postman.on_the_way = lambda message: seen.append(the_message())
    entered(outgoing(), noon)
    deliver_due(at=noon)
    assert seen[0].state == "sending"
    assert seen[0].lease_until
    assert seen[0].lease_until > noon + 5 * MINUTE
    assert seen[0].message_id


def test_nothing_is_sent_before_its_time(outgoing: Make, postman: Postman, noon: datetime) -> None:
    entered(outgoing(), noon)
    assert deliver_due(at=noon - MINUTE) == 0


def test_an_idle_round_takes_no_write_lock(postman: Postman, db: None, noon: datetime) -> None:
    with CaptureQueriesContext(connection) as captured:
        deliver_due(at=noon)
    assert {query["sql"].split()[0] for query in captured} == {"SELECT"}


def test_a_worker_beside_takes_other_messages(outgoing: Make, postman: Postman, noon: datetime) -> None:
    queue_messages([outgoing(rule_id=f"rule-{n}") for n in range(6)], at=noon)

    def worker_beside(message: Message) -> None:
        deliver_due(at=noon, limit=2)

    postman.on_the_way = worker_beside
    while deliver_due(at=noon, limit=2):
        pass
    assert len(postman.carried) == len({message.id for message in postman.carried}) == 6
    assert len(told("message.handed_over")) == 6


def test_a_message_in_hand_can_still_be_withdrawn(outgoing: Make, postman: Postman, noon: datetime) -> None:
    wanted = outgoing(rule_id="nudge")
    queue_messages([outgoing(), wanted], at=noon)

    def dana_answers(message: Message) -> None:
        withdraw_queued([wanted.journey_id], reason="Dana took over", at=noon)

    postman.on_the_way = dana_answers
    deliver_due(at=noon)
    assert sorted(Message.objects.values_list("state", flat=True)) == ["handed_over", "suppressed"]
    assert len(postman.carried) == 1


def test_a_worker_that_dies_frees_what_it_had_in_hand_within_a_minute(
    outgoing: Make, postman: Postman, noon: datetime
) -> None:
    def die(message: Message) -> None:
        raise KeyboardInterrupt

    queue_messages([outgoing(rule_id="first"), outgoing(rule_id="second")], at=noon)
    postman.on_the_way = die
    with pytest.raises(KeyboardInterrupt):
        deliver_due(at=noon)
    postman.on_the_way = lambda message: None
    assert deliver_due(at=noon + MINUTE / 2) == 0
    assert deliver_due(at=noon + IN_HAND) == 1
    assert sorted(Message.objects.values_list("state", flat=True)) == ["handed_over", "sending"]


def test_a_refusal_for_good_fails_and_is_told(outgoing: Make, postman: Postman, noon: datetime) -> None:
    postman.answers = [NotSent("no such mailbox", permanent=True)]
    entered(outgoing(), noon)
    deliver_due(at=noon)
    assert (the_message().state, the_message().reason) == ("failed", "no such mailbox")
    [fact] = told("message.failed")
    assert (fact.payload["reason"], fact.payload["channel"]) == ("no such mailbox", "email")


def test_a_refusal_for_now_is_tried_again_later(outgoing: Make, postman: Postman, noon: datetime) -> None:
    postman.answers = [NotSent("mailbox is busy")]
    entered(outgoing(), noon)
    deliver_due(at=noon)
    waiting = the_message()
    assert (waiting.state, waiting.reason) == ("queued", "mailbox is busy")
    assert deliver_due(at=noon + MINUTE / 2) == 0
    assert deliver_due(at=noon + 2 * MINUTE) == 1
    assert (the_message().state, the_message().reason, the_message().attempts) == ("handed_over", "", 2)


def test_after_hours_of_trying_it_fails(outgoing: Make, postman: Postman, noon: datetime) -> None:
    postman.answers = [NotSent("mailbox is busy")] * 20
    entered(outgoing(), noon)
    at = noon
    while the_message().state == "queued":
        deliver_due(at=at)
        at += timedelta(minutes=10)
    assert at - noon > timedelta(hours=6)
    assert len(postman.carried) == len(TRY_AGAIN) + 1
    assert the_message().reason == "given up after 7 attempts: mailbox is busy"
    assert len(told("message.failed")) == 1


def test_when_the_outside_is_down_the_batch_does_not_wait_for_it_one_by_one(
    outgoing: Make, postman: Postman, texter: Postman, noon: datetime
) -> None:
    postman.answers = [Unreachable("connection refused")]
    queue_messages([outgoing(rule_id=f"rule-{n}") for n in range(3)], at=noon)
    queue_messages([outgoing(channel="sms", rule_id="text")], at=noon)
    deliver_due(at=noon)
    assert len(postman.carried) == len(texter.carried) == 1
    waiting = Message.objects.filter(channel="email")
    assert {(message.state, message.reason) for message in waiting} == {("queued", "connection refused")}


def test_a_subscriber_that_fails_loses_nothing_and_sends_nothing_twice(
    outgoing: Make, postman: Postman, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trellis.conversations.ledger import resolve_doubt

    def fail(group: list[events.Announcement]) -> None:
        raise RuntimeError("the engine is ill")

    monkeypatch.setitem(events._subscribers, MessageHandedOver, [fail])
    entered(outgoing(), noon)
    deliver_due(at=noon)
    assert (the_message().state, told("message.handed_over")) == ("sending", [])

    monkeypatch.setitem(events._subscribers, MessageHandedOver, [])
    resolve_doubt(at=noon + 5 * MINUTE)
    deliver_due(at=noon + 5 * MINUTE)
    assert (the_message().state, the_message().provider_id) == ("handed_over", "P1")
    assert the_message().handed_over_at < noon + MINUTE  # type: ignore[operator]  # It is set: checked above.
    assert len(told("message.handed_over")) == len(postman.carried) == 1


def test_nothing_ever_leaves_for_a_sample_customer(
    tasha: Contact, outgoing: Make, postman: Postman, noon: datetime
) -> None:
    Contact.objects.filter(pk=tasha.pk).update(sampled_at=noon)
    message = entered(outgoing(), noon)
    assert deliver_due(at=noon) == 0
    message.refresh_from_db()
    assert (message.state, message.reason) == ("suppressed", "a sample customer: nothing leaves")
    assert postman.carried == []
