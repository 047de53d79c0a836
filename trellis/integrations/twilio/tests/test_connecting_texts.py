"""Texts and calls are connected on screen only after Twilio itself said yes."""

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import Settings
from twilio.request_validator import RequestValidator

from trellis.conversations.connecting import Faulty, connect
from trellis.conversations.connections import TrialFailed, connector_for, stored
from trellis.conversations.ledger import deliver_due
from trellis.conversations.models import Connection, Message
from trellis.integrations.twilio import trial
from trellis.integrations.twilio.tests.conftest import ACCOUNT, NOON, SITE, Twilio, number
from trellis.team.models import Business, User

Connect = Callable[..., str]


@pytest.fixture
def dana(ridgeline: Business) -> User:
    return User.objects.create(email="dana@ridge.example", name="Dana", phone="(501) 555-0142", created_at=NOON)


@pytest.fixture
def connect_texts(twilio: Twilio, dana: User, settings: Settings) -> Connect:
    """Dana types what the Twilio console shows; the sentence that she gets."""
    settings.TWILIO = {"api_url": settings.TWILIO["api_url"]}

    def type_in(**changes: str) -> str:
        connector = connector_for("twilio")
        assert connector
        typed = {**ACCOUNT, "number": "(501) 555-0100", "text_me": ""} | changes
        outcome = connect(connector, typed=typed, by=dana, at=NOON)
        return " ".join((outcome.says, *outcome.advice))

    return type_in


def refusal(connect_texts: Connect, **changes: str) -> TrialFailed:
    with pytest.raises(TrialFailed) as failed:
        connect_texts(**changes)
    assert not Connection.objects.exists()
    return failed.value


def test_twilio_is_asked_and_from_then_on_texts_leave(
    twilio: Twilio, connect_texts: Connect, text_to_tasha: Callable[..., Message]
) -> None:
    says = connect_texts()
    assert says.startswith("Twilio answered as “Ridge & Co” in 0.")
    assert [(method, path.rpartition("/")[2]) for method, path, _ in twilio.asked] == [
        ("GET", f"{ACCOUNT['account_sid']}.json"),
        ("GET", "IncomingPhoneNumbers.json"),
    ]
    assert stored("twilio") == ACCOUNT
    text_to_tasha()
    deliver_due(at=NOON)
    assert Message.objects.get().state == "handed_over"
    assert twilio.taken[0]["from"] == "+15015550100"


def test_a_test_text_goes_to_whoever_asks_for_it(twilio: Twilio, connect_texts: Connect) -> None:
    says = connect_texts(text_me="yes")
    assert "took a test text to (501) 555-0142" in says
    [text] = twilio.taken
    assert (text["to"], text["from"]) == ("+15015550142", "+15015550100")
    assert "text_me" not in stored("twilio")


def test_without_a_phone_of_ones_own_no_text_can_be_tested(connect_texts: Connect, dana: User) -> None:
    dana.phone = ""
    assert "You have no phone number" in refusal(connect_texts, text_me="yes").sentence


def test_a_refused_test_text_is_told_in_plain_words(twilio: Twilio, connect_texts: Connect) -> None:
    twilio.status, twilio.error = 400, {"code": 21608, "message": "unverified"}
    failed = refusal(connect_texts, text_me="yes")
    assert "a trial account sends only to numbers verified" in failed.sentence
    twilio.error = {"code": 21614, "message": "not mobile"}
    assert "this number cannot get texts" in refusal(connect_texts, text_me="yes").sentence


def test_a_wrong_token_is_said_so_and_never_repeated(connect_texts: Connect) -> None:
    failed = refusal(connect_texts, auth_token="wrong-token")
    assert failed.sentence.startswith("Twilio does not know this Account SID with this auth token.")
    assert "wrong-token" not in failed.sentence


def test_an_account_out_of_use_is_said_so(twilio: Twilio, connect_texts: Connect) -> None:
    twilio.account["status"] = "suspended"
    assert "this account is suspended" in refusal(connect_texts).sentence


def test_a_number_of_somebody_else_is_said_so_with_those_that_there_are(twilio: Twilio, connect_texts: Connect) -> None:
    failed = refusal(connect_texts, number="+15015550177")
    assert failed.sentence == "+15015550177 is not a number of this account. It has +15015550100."
    assert failed.field == "number"
    twilio.numbers.clear()
    assert "It has none yet" in refusal(connect_texts).sentence


def test_a_number_without_texts_is_said_so(twilio: Twilio, connect_texts: Connect) -> None:
    twilio.numbers[:] = [number(capabilities={"sms": False, "voice": True})]
    assert "+15015550100 cannot send texts" in refusal(connect_texts).sentence


def test_a_messaging_service_is_taken_without_a_number(twilio: Twilio, connect_texts: Connect) -> None:
    connect_texts(number="MG" + "a" * 32)
    assert stored("twilio")["number"] == "MG" + "a" * 32
    assert len(twilio.asked) == 1


def test_what_does_not_come_in_yet_is_told(twilio: Twilio, connect_texts: Connect, settings: Settings) -> None:
    twilio.numbers[:] = [number(sms_url="https://demo.twilio.com", voice_url="")]
    says = connect_texts()
    assert "does not bring answers here yet: set https://crm.ridge.example/hooks/twilio/sms" in says
    assert "does not bring calls here yet" in says
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    assert "Twilio cannot reach http://127.0.0.1:8000" in connect_texts()


def test_twilio_out_of_reach_or_unwell_is_said_so(
    twilio: Twilio, connect_texts: Connect, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "SECONDS", 1.0)
    monkeypatch.setattr(Twilio, "get", lambda *_: (503, {"message": "Overloaded"}))
    assert "not well just now: Overloaded" in refusal(connect_texts).sentence
    monkeypatch.setattr(Twilio, "get", lambda *_: (403, {"code": 20403, "message": "Forbidden"}))
    assert "Use the auth token of the account itself" in refusal(connect_texts).sentence
    settings.TWILIO = {"api_url": "http://127.0.0.1:1"}
    assert "Twilio cannot be reached" in refusal(connect_texts).sentence


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"account_sid": "SK" + "0" * 32}, "account_sid"),
        ({"account_sid": "AC1"}, "account_sid"),
        ({"account_sid": "AC/../../x" + "0" * 24}, "account_sid"),
        ({"auth_token": ""}, "auth_token"),
        ({"number": "call us"}, "number"),
        ({"number": "12"}, "number"),
        ({"number": "MG1"}, "number"),
    ],
)
def test_what_can_be_seen_to_be_wrong_is_not_even_asked(
    twilio: Twilio, connect_texts: Connect, changes: dict[str, str], field: str
) -> None:
    with pytest.raises(Faulty) as faulty:
        connect_texts(**changes)
    assert list(faulty.value.faults) == [field]
    assert twilio.asked == []


def test_hooks_believe_what_is_signed_with_the_typed_token(connect_texts: Connect, client: Any, db: None) -> None:
    form = {"MessageSid": "SM1", "From": "+15015550101", "Body": "Hi"}
    signed = {"X-Twilio-Signature": RequestValidator("12345").compute_signature(f"{SITE}/hooks/twilio/sms", form)}
    before = client.post("/hooks/twilio/sms", form, headers=signed)
    assert (before.status_code, b"connect it under Settings" in before.content) == (403, True)
    connect_texts()
    assert client.post("/hooks/twilio/sms", form, headers=signed).status_code == 200
