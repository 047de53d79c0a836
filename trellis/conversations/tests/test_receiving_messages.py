"""What the customer writes finds its thread."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from trellis.conversations.actions import Outgoing, receive_message, write_message
from trellis.conversations.ledger import deliver_due
from trellis.conversations.models import Conversation, Message
from trellis.conversations.queries import conversations_of, message_answered, messages_of, references_of
from trellis.conversations.tests.conftest import Postman, entered, told
from trellis.core.ids import new_id
from trellis.people.models import Contact
from trellis.team.models import User


def email_from(contact: Contact, at: datetime, **fields: Any) -> Message:
    fields = {"sender": "tasha@greer.example", "text": "Help", "subject": "Leak", "message_id": "<1@greer>"} | fields
    return receive_message(contact=contact, channel="email", at=at, **fields)


def test_it_is_told_with_the_journey_it_belongs_to(tasha: Contact, noon: datetime) -> None:
    journey_id = new_id()
    message = email_from(tasha, noon, journey_id=journey_id)
    [fact] = told("message.received")
    assert (fact.contact_id, fact.journey_id, fact.payload["text"]) == (tasha.id, journey_id, "Help")
    assert (message.direction, message.state) == ("in", "received")


def test_a_reply_joins_the_thread_it_answers_whatever_its_subject(
    tasha: Contact, dana: User, postman: Postman, noon: datetime
) -> None:
    ours = write_message(contact=tasha, channel="email", text="Hi", subject="Your roof", by=dana, at=noon)
    email_from(tasha, noon + timedelta(days=1), subject="Another thing", message_id="<2@greer>")
    reply = email_from(
        tasha, noon + timedelta(days=300), subject="Re: YOUR ROOF!!", references=["<x@y>", ours.message_id]
    )
    assert reply.conversation_id == ours.conversation_id


def test_the_answer_of_a_rule_belongs_to_the_email_that_caused_it(
    tasha: Contact, postman: Postman, outgoing: Callable[..., Outgoing], noon: datetime
) -> None:
    answer = entered(outgoing(), noon)
    asked = email_from(tasha, noon)
    assert asked.conversation_id == answer.conversation_id
    assert references_of(answer) == ["<1@greer>"]
    assert Conversation.objects.get().subject == "Leak"
    assert [message.direction for message in messages_of(tasha.id)] == ["out", "in"]


def test_an_email_that_answers_nothing_starts_a_thread(tasha: Contact, noon: datetime) -> None:
    first = email_from(tasha, noon)
    second = email_from(tasha, noon, message_id="<2@greer>", in_reply_to="<unknown@somewhere>")
    assert first.conversation_id != second.conversation_id


def test_a_stranger_quoting_our_message_id_does_not_enter_the_thread(
    tasha: Contact, dana: User, postman: Postman, noon: datetime
) -> None:
    ours = write_message(contact=tasha, channel="email", text="Hi", by=dana, at=noon)
    stranger = Contact.objects.create(name="Sam Stranger", created_at=noon)
    assert email_from(stranger, noon, in_reply_to=ours.message_id).conversation_id != ours.conversation_id


def test_what_no_database_keeps_costs_no_message(tasha: Contact, noon: datetime) -> None:
    message = email_from(tasha, noon, text="a\x00b\ud800c", subject="\x00" * 300)
    assert Message.objects.get(id=message.id).text.replace("\ufffd", "") == "abc"


def test_texts_are_one_thread(tasha: Contact, dana: User, texter: Postman, noon: datetime) -> None:
    ours = write_message(contact=tasha, channel="sms", text="Hi", by=dana, at=noon)
    answer = receive_message(
        contact=tasha, channel="sms", sender="+15015550101", text="Yes", at=noon + timedelta(days=900)
    )
    assert answer.conversation_id == ours.conversation_id


def test_our_answer_refers_to_what_was_said_before(
    tasha: Contact, dana: User, postman: Postman, noon: datetime
) -> None:
    asked = email_from(tasha, noon)
    ours = write_message(contact=tasha, channel="email", text="Yes", by=dana, at=noon + timedelta(minutes=1))
    assert references_of(ours) == ["<1@greer>"]
    deliver_due(at=noon + timedelta(minutes=1))
    email_from(tasha, noon + timedelta(hours=1), message_id="<2@greer>", in_reply_to=ours.message_id)
    last = write_message(contact=tasha, channel="email", text="Fine", by=dana, at=noon + timedelta(hours=2))
    assert last.conversation_id == asked.conversation_id
    assert references_of(last) == ["<1@greer>", ours.message_id, "<2@greer>"]


def test_the_message_that_an_email_answers_is_found_by_any_reference(
    tasha: Contact, dana: User, postman: Postman, noon: datetime
) -> None:
    ours = write_message(contact=tasha, channel="email", text="Hi", by=dana, at=noon)
    assert message_answered(["", "<unknown@x>", ours.message_id]) == ours
    assert message_answered(["", "<unknown@x>"]) is None


def test_the_threads_of_a_contact_stand_with_the_liveliest_first(
    tasha: Contact, dana: User, texter: Postman, noon: datetime
) -> None:
    email_from(tasha, noon)
    write_message(contact=tasha, channel="sms", text="On our way", by=dana, at=noon + timedelta(hours=1))
    threads = conversations_of(tasha.id)
    assert [vars(thread)["last_text"] for thread in threads] == ["On our way", "Help"]
    assert [message.text for message in messages_of(tasha.id)] == ["On our way", "Help"]
    assert Conversation.objects.count() == 2
