"""A person writes to a customer."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from trellis.conversations.actions import CannotWrite, Outgoing, queue_messages, receive_message, write_message
from trellis.conversations.ledger import deliver_due
from trellis.conversations.models import Message
from trellis.conversations.tests.conftest import Postman, add_point, told
from trellis.people.models import Consent, Contact
from trellis.team.models import User


def test_what_a_person_writes_leaves_through_the_same_ledger(
    tasha: Contact, dana: User, postman: Postman, noon: datetime
) -> None:
    message = write_message(contact=tasha, channel="email", text=" Hi Tasha\r\n", subject="Your roof", by=dana, at=noon)
    assert (message.recipient, message.text, message.rule_id) == ("tasha@greer.example", "Hi Tasha", "")
    deliver_due(at=noon)
    [fact] = told("message.handed_over")
    assert (fact.payload["by"], fact.by_id, fact.contact_id) == (str(dana.id), dana.id, tasha.id)


def test_two_alike_by_a_person_are_two_messages(tasha: Contact, dana: User, texter: Postman, noon: datetime) -> None:
    for _ in range(2):
        write_message(contact=tasha, channel="sms", text="On our way", by=dana, at=noon)
    assert deliver_due(at=noon) == 2


def test_a_person_taking_over_stops_what_the_rules_had_queued(
    tasha: Contact, dana: User, postman: Postman, outgoing: Any, noon: datetime
) -> None:
    wanted: Outgoing = outgoing(rule_id="nudge")
    queue_messages([wanted], at=noon)
    write_message(contact=tasha, channel="email", text="Hi", journey_id=wanted.journey_id, by=dana, at=noon)
    deliver_due(at=noon)
    assert [message.text for message in postman.carried] == ["Hi"]
    [fact] = told("message.suppressed")
    assert (fact.payload["reason"], fact.rule_id) == ("Dana took over", "nudge")
    assert Message.objects.get(rule_id="nudge").reason == "Dana took over"


def test_a_reply_goes_where_they_last_wrote_from(tasha: Contact, dana: User, postman: Postman, noon: datetime) -> None:
    add_point(tasha, "email", "t.greer@work.example", held_at=None)
    receive_message(contact=tasha, channel="email", sender="t.greer@work.example", subject="Leak", text="Help", at=noon)
    reply = write_message(contact=tasha, channel="email", text="Coming", by=dana, at=noon + timedelta(minutes=3))
    assert (reply.recipient, reply.subject) == ("t.greer@work.example", "Re: Leak")


def test_an_address_that_bounced_is_the_last_resort(
    tasha: Contact, dana: User, postman: Postman, noon: datetime
) -> None:
    tasha.points.filter(kind="email").update(unreachable_at=noon)
    add_point(tasha, "email", "t.greer@work.example", held_at=None)
    message = write_message(contact=tasha, channel="email", text="Hi", by=dana, at=noon)
    assert message.recipient == "t.greer@work.example"


def opt_out(contact: Contact, at: datetime, granted: bool = False) -> None:
    Consent.objects.create(contact=contact, channel="sms", purpose="service", granted=granted, source="STOP", at=at)


def test_somebody_who_asked_for_no_texts_gets_none(tasha: Contact, dana: User, texter: Postman, noon: datetime) -> None:
    opt_out(tasha, noon)
    with pytest.raises(CannotWrite, match=r"Tasha asked not to get texts\. Call or send an email\.") as refused:
        write_message(contact=tasha, channel="sms", text="Hi", by=dana, at=noon)
    assert refused.value.code == "opted_out"
    assert not Message.objects.exists()


def test_somebody_who_took_it_back_gets_texts_again(
    tasha: Contact, dana: User, texter: Postman, noon: datetime
) -> None:
    opt_out(tasha, noon)
    opt_out(tasha, noon + timedelta(days=1), granted=True)
    assert write_message(contact=tasha, channel="sms", text="Hi", by=dana, at=noon)


@pytest.mark.parametrize(
    ("channel", "text", "code"),
    [
        ("email", "  \n\u200b", "no_text"),
        ("sms", "x" * 1601, "too_long"),
        ("fax", "Hi", "unknown_channel"),
        ("", "Hi", "unknown_channel"),
    ],
)
def test_what_cannot_be_sent_is_refused_with_a_sentence(
    channel: str, text: str, code: str, tasha: Contact, dana: User, noon: datetime
) -> None:
    with pytest.raises(CannotWrite) as refused:
        write_message(contact=tasha, channel=channel, text=text, by=dana, at=noon)
    assert refused.value.code == code
    assert refused.value.sentence.endswith(".")


def test_somebody_without_an_address_cannot_be_written_to(dana: User, noon: datetime) -> None:
    nobody = Contact.objects.create(created_at=noon)
    with pytest.raises(CannotWrite, match=r"This person has no phone number\. Add one first\."):
        write_message(contact=nobody, channel="sms", text="Hi", by=dana, at=noon)
