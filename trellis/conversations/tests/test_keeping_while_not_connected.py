"""With nothing configured, messages are kept here and say so."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from trellis.conversations.actions import Outgoing, queue_messages, withdraw_queued, write_message
from trellis.conversations.ledger import deliver_due, hand_over_here
from trellis.conversations.models import Message
from trellis.conversations.queries import sends_kept
from trellis.conversations.tests.conftest import Postman, entered, told
from trellis.people.models import Contact
from trellis.team.models import User

Make = Callable[..., Outgoing]
HOUR = timedelta(hours=1)


def test_without_a_way_out_a_message_is_kept_from_the_start(outgoing: Make, postman: Postman, noon: datetime) -> None:
    postman.connected = False
    kept = entered(outgoing(), noon)
    assert (kept.state, kept.held) == ("queued", "not connected")
    assert sends_kept() == 1


def test_what_a_person_writes_is_kept_too(tasha: Contact, dana: User, postman: Postman, noon: datetime) -> None:
    postman.connected = False
    assert write_message(contact=tasha, channel="email", text="Hi", by=dana, at=noon).held == "not connected"


def test_a_way_out_that_goes_away_keeps_what_was_queued(outgoing: Make, postman: Postman, noon: datetime) -> None:
    entered(outgoing(), noon)
    postman.connected = False
    assert deliver_due(at=noon) == 0
    assert (sends_kept(), postman.carried) == (1, [])


def test_what_is_kept_is_not_looked_at_round_after_round(outgoing: Make, postman: Postman, noon: datetime) -> None:
    postman.connected = False
    entered(outgoing(), noon)
    with CaptureQueriesContext(connection) as captured:
        deliver_due(at=noon + 10 * HOUR)
    assert {query["sql"].split()[0] for query in captured} == {"SELECT"}
    assert not Message.objects.due(noon + 10 * HOUR).exists()


def test_once_connected_what_is_young_goes_out_and_what_is_old_does_not(
    outgoing: Make, postman: Postman, noon: datetime
) -> None:
    postman.connected = False
    entered(outgoing(rule_id="old"), noon - 2 * HOUR)
    entered(outgoing(rule_id="young"), noon - HOUR / 2)
    postman.connected = True
    assert deliver_due(at=noon) == 1
    assert [message.rule_id for message in postman.carried] == ["young"]
    old = Message.objects.get(rule_id="old")
    assert (old.state, old.reason, old.held) == ("suppressed", "kept while not connected", "")
    [fact] = told("message.suppressed")
    assert (fact.rule_id, fact.journey_id) == ("old", old.journey_id)
    assert sends_kept() == 0


def test_connecting_one_channel_leaves_the_other_kept(
    outgoing: Make, postman: Postman, texter: Postman, noon: datetime
) -> None:
    postman.connected = texter.connected = False
    queue_messages([outgoing(), outgoing(channel="sms", rule_id="text")], at=noon)
    texter.connected = True
    deliver_due(at=noon)
    assert (len(texter.carried), sends_kept()) == (1, 1)


def test_what_is_kept_can_be_withdrawn(outgoing: Make, postman: Postman, noon: datetime) -> None:
    postman.connected = False
    kept = entered(outgoing(), noon)
    assert kept.journey_id
    assert withdraw_queued([kept.journey_id], reason="Dana took over", at=noon) == 1
    assert sends_kept() == 0


def test_what_is_kept_can_be_handed_over_on_the_screen_to_whoever_sits_there(
    tasha: Contact, dana: User, postman: Postman, noon: datetime
) -> None:
    postman.connected = False
    kept = write_message(contact=tasha, channel="email", text="Hi", by=dana, at=noon)
    assert hand_over_here(kept, at=noon)
    kept.refresh_from_db()
    assert (kept.state, kept.held, kept.handed_over_at) == ("handed_over", "", noon)
    [fact] = told("message.handed_over")
    assert fact.payload["by"] == str(dana.pk)
    assert not hand_over_here(kept, at=noon + HOUR)


def test_what_is_on_its_way_out_is_not_handed_over_on_the_screen(
    tasha: Contact, dana: User, postman: Postman, noon: datetime
) -> None:
    leaving = write_message(contact=tasha, channel="email", text="Hi", by=dana, at=noon)
    assert not hand_over_here(leaving, at=noon)
    assert deliver_due(at=noon) == 1
