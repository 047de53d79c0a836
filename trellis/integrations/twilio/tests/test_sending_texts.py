"""Texts leave through Twilio's REST API, and every break is known for what it is."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from pytest_django import Settings

from trellis.conversations.ledger import deliver_due, resolve_doubt
from trellis.conversations.models import Message
from trellis.integrations.twilio import rest
from trellis.integrations.twilio.tests.conftest import ACCOUNT, NOON, SITE, TASHA, Twilio

Queue = Callable[..., Message]


def send(at_minute: int = 0) -> Message:
    at = NOON + timedelta(minutes=at_minute)
    deliver_due(at=at)
    resolve_doubt(at=at)
    return Message.objects.get()


def test_a_text_is_handed_over_in_twilios_format(twilio: Twilio, text_to_tasha: Queue) -> None:
    queued = text_to_tasha()
    sent = send()
    assert (sent.state, sent.provider_id) == ("handed_over", twilio.taken[0]["sid"])
    [(method, path, form)] = twilio.asked
    assert (method, path) == ("POST", f"/2010-04-01/Accounts/{ACCOUNT['account_sid']}/Messages.json")
    assert form == {
        "To": TASHA,
        "From": "+15015550100",
        "Body": "Sorry we missed you. Is water coming in right now?",
        "StatusCallback": f"{SITE}/hooks/twilio/status?message={queued.id}",
    }


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000", "http://localhost:8000", "http://10.0.0.4", "http://trellis:80"]
)
def test_no_callback_is_asked_for_where_twilio_cannot_reach_us(
    twilio: Twilio, text_to_tasha: Queue, settings: Settings, url: str
) -> None:
    settings.PUBLIC_URL = url
    text_to_tasha()
    assert send().state == "handed_over"
    assert "StatusCallback" not in twilio.asked[0][2]


def test_a_messaging_service_may_send_instead_of_a_number(
    twilio: Twilio, text_to_tasha: Queue, settings: Settings
) -> None:
    settings.TWILIO = settings.TWILIO | {"number": "MG123"}
    text_to_tasha()
    assert send().state == "handed_over"
    assert twilio.asked[0][2]["MessagingServiceSid"] == "MG123"


@pytest.mark.parametrize("missing", ["account_sid", "auth_token", "number"])
def test_with_anything_not_configured_it_is_kept_here(
    twilio: Twilio, text_to_tasha: Queue, settings: Settings, missing: str
) -> None:
    settings.TWILIO = settings.TWILIO | {missing: ""}
    text_to_tasha()
    assert (send().held, twilio.asked) == ("not connected", [])


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (21211, "this is not a phone number (Twilio 21211)"),
        (21610, "they answered STOP to our number (Twilio 21610)"),
        (21614, "this number cannot get texts (Twilio 21614)"),
        (39999, "Something new (Twilio 39999)"),
    ],
)
def test_a_text_twilio_refuses_fails_in_plain_words(
    twilio: Twilio, text_to_tasha: Queue, code: int, words: str
) -> None:
    twilio.status, twilio.error = 400, {"code": code, "message": "Something new"}
    text_to_tasha()
    assert (send().state, send().reason) == ("failed", words)


@pytest.mark.parametrize(("status", "code"), [(429, 20429), (401, 20003), (404, 20404), (400, 21606), (403, 20003)])
def test_a_fault_of_ours_costs_no_message(twilio: Twilio, text_to_tasha: Queue, status: int, code: int) -> None:
    twilio.status, twilio.error = status, {"code": code, "message": "Not now"}
    text_to_tasha()
    assert send().state == "queued"
    twilio.status = 201
    assert send(at_minute=2).state == "handed_over"


def test_with_nobody_listening_it_is_tried_again(twilio: Twilio, text_to_tasha: Queue, settings: Settings) -> None:
    settings.TWILIO = settings.TWILIO | {"api_url": "http://127.0.0.1:1"}
    text_to_tasha()
    waiting = send()
    assert waiting.state == "queued"
    assert waiting.reason.startswith("no connection to 127.0.0.1:1")


def test_a_connection_that_breaks_after_twilio_took_it_is_found_and_not_sent_again(
    twilio: Twilio, text_to_tasha: Queue
) -> None:
    twilio.breaks_off = True
    text_to_tasha()
    found = send()
    assert (found.state, found.provider_id) == ("handed_over", twilio.taken[0]["sid"])
    assert len(twilio.taken) == 1


def test_a_connection_that_breaks_before_twilio_took_it_is_asked_about_and_sent_again(
    twilio: Twilio, text_to_tasha: Queue
) -> None:
    twilio.breaks_off = twilio.loses_it = True
    text_to_tasha()
    assert send().state == "sending"
    twilio.breaks_off = twilio.loses_it = False
    assert send(at_minute=3).state == "queued"
    assert send(at_minute=5).state == "handed_over"
    assert len(twilio.taken) == 1


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_error_may_have_sent_it_so_twilio_is_asked(twilio: Twilio, text_to_tasha: Queue, status: int) -> None:
    twilio.status = status
    text_to_tasha()
    assert send().state == "sending"
    twilio.status = 201
    send(at_minute=3)
    assert send(at_minute=5).state == "handed_over"


def test_an_answer_that_never_comes_is_asked_about(
    twilio: Twilio, text_to_tasha: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rest, "REPLY_SECONDS", 0.1)
    twilio.waits_seconds = 1
    text_to_tasha()
    assert send().state == "sending"
    twilio.waits_seconds = 0
    assert send(at_minute=3).state == "handed_over"
    assert len(twilio.taken) == 1


def test_a_text_from_before_is_not_taken_for_this_one(twilio: Twilio, text_to_tasha: Queue) -> None:
    first = text_to_tasha()
    deliver_due(at=NOON)
    twilio.breaks_off = twilio.loses_it = True
    again = text_to_tasha(episode=2)
    deliver_due(at=NOON)
    twilio.breaks_off = twilio.loses_it = False
    resolve_doubt(at=NOON + timedelta(minutes=3))
    assert Message.objects.get(id=first.id).state == "handed_over"
    assert Message.objects.get(id=again.id).state == "queued"


def test_a_text_twilio_rewrote_beyond_recognition_stays_in_doubt(twilio: Twilio, text_to_tasha: Queue) -> None:
    twilio.breaks_off, twilio.rewrites = True, "Something else"
    text_to_tasha()
    assert send().state == "in_doubt"


def test_a_text_with_the_preface_of_a_trial_account_is_recognized(twilio: Twilio, text_to_tasha: Queue) -> None:
    twilio.breaks_off, twilio.rewrites = True, "Sent from your Twilio trial account - {body}"
    text_to_tasha()
    assert send().state == "handed_over"


def test_when_twilio_cannot_even_be_asked_it_waits_and_then_is_in_doubt(twilio: Twilio, text_to_tasha: Queue) -> None:
    twilio.breaks_off, twilio.list_status = True, 500
    text_to_tasha()
    assert send().state == "sending"
    for minute in range(3, 90, 3):
        send(at_minute=minute)
    assert send(at_minute=90).state == "in_doubt"
    assert len(twilio.taken) == 1


def test_a_text_that_twilio_took_and_could_not_deliver_failed(twilio: Twilio, text_to_tasha: Queue) -> None:
    twilio.breaks_off, twilio.list_status = True, 500
    text_to_tasha()
    send()
    twilio.list_status = 200
    twilio.taken[0] |= {"status": "undelivered", "error_message": "Unreachable destination handset"}
    failed = send(at_minute=3)
    assert (failed.state, failed.reason) == ("failed", "Unreachable destination handset")
