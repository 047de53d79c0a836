"""Texts come in, and Twilio tells what became of ours."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from trellis.conversations.ledger import SENDING, deliver_due, resolve_doubt
from trellis.conversations.models import Message
from trellis.events.models import Event
from trellis.intake.models import Signal
from trellis.integrations.twilio.tests.conftest import NOON, TASHA, Hook, Twilio

SMS, STATUS = "/hooks/twilio/sms", "/hooks/twilio/status"
TEXT = {"MessageSid": "SM1", "From": TASHA, "To": "+15015550100", "Body": "Yes, in the kitchen!", "NumMedia": "0"}


def test_a_text_becomes_a_signal(hook: Hook) -> None:
    answer = hook(SMS, TEXT)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/xml; charset=utf-8")
    assert answer.content.endswith(b"<Response />")
    signal = Signal.objects.get()
    assert (signal.kind, signal.channel, signal.source, signal.external_id) == ("message", "sms", "twilio", "SM1")
    assert signal.payload == {
        "from": TASHA,
        "from_name": "",
        "to": "+15015550100",
        "text": "Yes, in the kitchen!",
        "subject": "",
        "message_id": "SM1",
        "in_reply_to": "",
        "references": [],
        "auto_submitted": False,
        "bounce": None,
        "media": [],
    }


def test_a_replayed_text_is_one_signal(hook: Hook) -> None:
    for _ in range(2):
        assert hook(SMS, TEXT).status_code == 200
    assert Signal.objects.count() == 1


def test_pictures_are_listed(hook: Hook) -> None:
    picture = {"NumMedia": "1", "MediaUrl0": "https://api.twilio.com/m/1", "MediaContentType0": "image/jpeg"}
    hook(SMS, TEXT | picture | {"Body": ""})
    assert Signal.objects.get().payload["media"] == [
        {"url": "https://api.twilio.com/m/1", "content_type": "image/jpeg"}
    ]


@pytest.mark.parametrize(
    "body", ["\x00null", "\u202eright to left", "💥" * 800, "<script>alert(1)</script>", "'; DROP"]
)
def test_odd_words_are_taken_in(hook: Hook, body: str) -> None:
    assert hook(SMS, TEXT | {"Body": body, "NumMedia": "many"}).status_code == 200
    assert Signal.objects.count() == 1


@pytest.fixture
def sent(twilio: Twilio, text_to_tasha: Callable[..., Message]) -> Message:
    text_to_tasha()
    deliver_due(at=NOON)
    return Message.objects.get()


def test_delivered_is_learned(sent: Message, hook: Hook) -> None:
    assert (
        hook(f"{STATUS}?message={sent.id}", {"MessageSid": sent.provider_id, "MessageStatus": "delivered"}).status_code
        == 204
    )
    assert Message.objects.get().state == "delivered"


def test_undelivered_fails_in_plain_words(sent: Message, hook: Hook) -> None:
    hook(STATUS, {"MessageSid": sent.provider_id, "MessageStatus": "undelivered", "ErrorCode": "30006"})
    failed = Message.objects.get()
    assert (failed.state, failed.reason) == ("failed", "this number cannot get texts (Twilio 30006)")


def test_what_is_on_its_way_stays_so(sent: Message, hook: Hook) -> None:
    for status in ("accepted", "queued", "sending", "sent", "something new"):
        hook(STATUS, {"MessageSid": sent.provider_id, "MessageStatus": status})
    assert Message.objects.get().state == "handed_over"
    assert Event.objects.filter(key="message.handed_over").count() == 1


def test_a_callback_settles_a_message_in_doubt(
    twilio: Twilio, text_to_tasha: Callable[..., Message], hook: Hook
) -> None:
    twilio.breaks_off, twilio.rewrites = True, "Something else"
    text_to_tasha()
    deliver_due(at=NOON)
    resolve_doubt(at=NOON + SENDING + timedelta(seconds=1))
    doubtful = Message.objects.get()
    assert doubtful.state == "in_doubt"
    hook(f"{STATUS}?message={doubtful.id}", {"MessageSid": "SM7", "MessageStatus": "sent"})
    assert (Message.objects.get().state, Message.objects.get().provider_id) == ("handed_over", "SM7")


@pytest.mark.parametrize("query", ["", "?message=nonsense", "?message=0198c8e2-7c1f-7b25-bf36-76bbcafa0cb5"])
def test_a_status_of_nothing_we_know_is_taken_quietly(hook: Hook, query: str) -> None:
    assert hook(STATUS + query, {"MessageSid": "SM404", "MessageStatus": "delivered"}).status_code == 204
