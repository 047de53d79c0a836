"""Only Twilio may use its hooks."""

import json
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from trellis.intake.models import Signal
from trellis.integrations.twilio.signature import is_genuine
from trellis.integrations.twilio.tests.conftest import SITE, Hook

HOOKS = ["/hooks/twilio/voice", "/hooks/twilio/voice-ended", "/hooks/twilio/sms", "/hooks/twilio/status"]
FORM = {"CallSid": "CA1", "MessageSid": "SM1", "From": "+15015550101", "CallStatus": "no-answer", "Body": "Hi"}


def test_twilios_published_vector_passes_and_a_changed_one_does_not(shared: Path, settings: Settings) -> None:
    vectors = json.loads((shared / "webhooks/signature_vectors.json").read_text())
    [vector] = [vector for vector in vectors if vector["provider"] == "Twilio"]
    settings.TWILIO = {"auth_token": vector["secret"]}
    assert is_genuine(vector["url"], vector["params"], vector["signature"])
    assert not is_genuine(vector["url"], vector["params"] | {"Digits": "1235"}, vector["signature"])
    assert not is_genuine(vector["url"] + "&baz=3", vector["params"], vector["signature"])


@pytest.mark.parametrize("path", HOOKS)
@pytest.mark.parametrize("signature", ["", "RSOYDt4T1cUTdK1PDd93/VVr8B8=", "é", "x" * 5000])
def test_a_missing_or_forged_signature_stores_nothing(hook: Hook, path: str, signature: str) -> None:
    answer = hook(path, FORM, signature=signature)
    assert answer.status_code == 403
    assert b"does not match https://crm.ridge.example/hooks" in answer.content
    assert not Signal.objects.exists()


def test_a_signature_for_another_address_or_form_is_forged(hook: Hook, client: Client) -> None:
    from twilio.request_validator import RequestValidator

    signed = RequestValidator("12345")
    for genuine in (
        signed.compute_signature(SITE + HOOKS[0], FORM),
        signed.compute_signature(SITE + HOOKS[2], FORM | {"Body": "Bye"}),
        signed.compute_signature("http://testserver" + HOOKS[2], FORM),
        RequestValidator("54321").compute_signature(SITE + HOOKS[2], FORM),
    ):
        assert client.post(HOOKS[2], FORM, headers={"X-Twilio-Signature": genuine}).status_code == 403
    assert not Signal.objects.exists()


@pytest.mark.parametrize("path", HOOKS)
def test_without_a_token_every_request_is_refused(hook: Hook, settings: Settings, path: str) -> None:
    settings.TWILIO = {"auth_token": ""}
    answer = hook(path, FORM)
    assert answer.status_code == 403
    assert answer.content.startswith(b"Twilio is not connected here")
    assert not Signal.objects.exists()


@pytest.mark.parametrize("path", HOOKS)
def test_only_posts_are_taken(hook: Hook, client: Client, path: str) -> None:
    assert client.get(path).status_code == 405


def test_a_body_of_megabytes_is_not_even_read(hook: Hook) -> None:
    assert hook("/hooks/twilio/sms", FORM | {"Body": "x" * 10_000_000}).status_code == 413
    assert not Signal.objects.exists()


def test_a_form_that_is_none_is_refused(hook: Hook, client: Client) -> None:
    for content_type in ("application/json", "multipart/form-data; boundary=x", "text/plain"):
        answer = client.post(
            "/hooks/twilio/sms", b"{\xff", content_type=content_type, headers={"X-Twilio-Signature": "x"}
        )
        assert answer.status_code in (400, 403)
