"""Automatic messages enter the ledger once."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from trellis.conversations.actions import Outgoing, queue_messages, receive_message
from trellis.conversations.models import Conversation, Message
from trellis.conversations.tests.conftest import Postman, entered
from trellis.people.models import Contact

Make = Callable[..., Outgoing]


def test_a_rule_sends_once_in_an_episode(outgoing: Make, postman: Postman, noon: datetime) -> None:
    first = entered(outgoing(), noon)
    assert queue_messages([outgoing(text="Other words", playbook_version=2)], at=noon + timedelta(days=1)) == [None]
    assert [message.text for message in Message.objects.all()] == [first.text]


def test_the_same_message_twice_in_one_batch_is_entered_once(outgoing: Make, postman: Postman, noon: datetime) -> None:
    _, again = queue_messages([outgoing(), outgoing()], at=noon)
    assert again is None
    assert Message.objects.count() == 1


def test_a_new_episode_or_another_rule_sends_again(outgoing: Make, postman: Postman, noon: datetime) -> None:
    queued = queue_messages([outgoing(), outgoing(episode=2), outgoing(rule_id="nudge")], at=noon)
    assert all(queued)


def test_a_message_is_due_at_once_under_a_name_fixed_before_it_leaves(
    outgoing: Make, postman: Postman, noon: datetime
) -> None:
    queued = entered(outgoing(), noon)
    assert (queued.state, queued.send_at, queued.message_id) == ("queued", noon, f"<{queued.id}@ridge.example>")


def test_a_message_the_rule_held_back_is_kept_with_its_reason(outgoing: Make, postman: Postman, noon: datetime) -> None:
    queue_messages([outgoing(suppressed_reason="quiet hours until 8:00 AM")], at=noon)
    stored = Message.objects.get()
    assert (stored.state, stored.reason, stored.send_at) == ("suppressed", "quiet hours until 8:00 AM", None)


def test_many_messages_take_two_inserts(outgoing: Make, postman: Postman, texter: Postman, noon: datetime) -> None:
    wanted = [outgoing(rule_id=f"rule-{n}", channel=("email", "sms")[n % 2]) for n in range(40)]
    with CaptureQueriesContext(
        connection,
    ) as captured:
        queue_messages(wanted, at=noon)
    writes = [query["sql"] for query in captured if query["sql"].startswith(("INSERT", "UPDATE"))]
    assert len(writes) == 2
    assert Conversation.objects.count() == 2


def test_what_follows_continues_the_thread_that_is_alive(
    outgoing: Make, postman: Postman, tasha: Contact, noon: datetime
) -> None:
    wrote = receive_message(
        contact=tasha, channel="email", sender="tasha@greer.example", text="Our roof leaks", subject="Leak", at=noon
    )
    assert entered(outgoing(), noon).conversation_id == wrote.conversation_id


def test_a_year_later_a_new_email_thread_starts(
    outgoing: Make, postman: Postman, texter: Postman, noon: datetime
) -> None:
    email, text = (entered(outgoing(channel=channel, rule_id=channel), noon) for channel in ("email", "sms"))
    year_later = noon + timedelta(days=365)
    next_email, next_text = (
        entered(outgoing(channel=channel, rule_id=channel, episode=2), year_later) for channel in ("email", "sms")
    )
    assert next_email.conversation_id != email.conversation_id
    assert next_text.conversation_id == text.conversation_id


def test_a_message_without_a_rule_is_refused(outgoing: Make, noon: datetime) -> None:
    with pytest.raises(ValueError, match="names the rule"):
        queue_messages([outgoing(rule_id="")], at=noon)


def test_a_fault_is_not_mistaken_for_a_message_sent_before(outgoing: Make, postman: Postman, noon: datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        queue_messages([outgoing(text=None)], at=noon)
    assert not Message.objects.exists()
