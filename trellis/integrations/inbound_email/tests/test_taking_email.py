"""Raw email comes in by its hook."""

import base64
import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from trellis.intake.models import RawSignal, Signal
from trellis.integrations.inbound_email.tests.conftest import ROOF, SECRET, Post

AUTHORIZED = {"Authorization": f"Bearer {SECRET}"}


def test_an_email_becomes_a_signal_and_its_bytes_are_kept(post: Post) -> None:
    answer = post()
    signal = Signal.objects.get()
    assert (answer.status_code, json.loads(answer.content)) == (201, {"reference": signal.reference})
    assert (signal.kind, signal.channel, signal.source) == ("message", "email", "email")
    assert signal.external_id == "<1@greer.example>"
    assert bytes(RawSignal.objects.get().body) == ROOF
    assert signal.payload == {
        "from": "tasha@greer.example",
        "from_name": "Tasha Greer",
        "to": "hello@ridge.example",
        "text": "It leaks.",
        "subject": "Our roof",
        "message_id": "<1@greer.example>",
        "in_reply_to": "",
        "references": [],
        "auto_submitted": False,
        "bounce": None,
        "media": [],
    }


@pytest.mark.parametrize("content_type", ["message/rfc822", "application/octet-stream", "text/plain; charset=utf-8"])
def test_a_body_is_taken_under_any_name(post: Post, content_type: str) -> None:
    assert post(content_type=content_type).status_code == 201
    assert Signal.objects.get().payload["text"] == "It leaks."


def test_a_form_field_is_taken_byte_for_byte(post: Post, client: Client) -> None:
    mail = ROOF.replace(b"It leaks.", "Toujours mouillé".encode("latin-1"))
    body = b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\n' + mail + b"\r\n--x--\r\n"
    assert post(body, content_type="multipart/form-data; boundary=x").status_code == 201
    assert Signal.objects.get().payload["text"] == "Toujours mouillé"
    assert bytes(RawSignal.objects.get().body) == mail


def test_a_file_in_a_form_is_taken_too(post: Post, client: Client) -> None:
    file = SimpleUploadedFile("mail.eml", ROOF)
    assert client.post("/hooks/email", {"email": file}, headers=AUTHORIZED).status_code == 201
    assert bytes(RawSignal.objects.get().body) == ROOF


def test_the_same_message_again_is_the_same_signal(post: Post) -> None:
    first, again = post(), post(b"Received: by another way\r\n" + ROOF)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.content == again.content
    assert Signal.objects.count() == 1


def test_a_message_without_an_id_is_known_by_its_bytes(post: Post) -> None:
    nameless = ROOF.replace(b"Message-ID: <1@greer.example>\r\n", b"")
    assert [post(nameless).status_code, post(nameless).status_code, post(nameless + b"!").status_code] == [
        201,
        200,
        201,
    ]


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer wrong",
        f"Bearer {SECRET}!",
        "Basic !!!",
        "Basic " + base64.b64encode(b"postfix:wrong").decode(),
        "Digest x",
        "Bearer é",
    ],
)
def test_without_the_secret_nothing_is_stored(post: Post, authorization: str) -> None:
    answer = post(Authorization=authorization)
    assert answer.status_code == 401
    assert answer.content.startswith(b"The secret is missing or wrong")
    assert not Signal.objects.exists()


def test_the_secret_may_come_as_the_password_of_basic(post: Post) -> None:
    password = base64.b64encode(f"postfix:{SECRET}".encode()).decode()
    assert post(Authorization=f"Basic {password}").status_code == 201


def test_with_no_secret_configured_everything_is_refused(post: Post, settings: Settings) -> None:
    settings.INBOUND_EMAIL_SECRET = ""
    for authorization in ("", "Bearer ", "Basic Og=="):
        answer = post(Authorization=authorization)
        assert answer.status_code == 403
        assert answer.content.startswith(b"Email is not connected here")
    assert not Signal.objects.exists()


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"", "message/rfc822", 400),
        (b"\r\n \r\n", "message/rfc822", 400),
        (b"--x--", "multipart/form-data; boundary=x", 400),
        (b"broken", "multipart/form-data", 400),
        (b"{}", "application/json", 415),
    ],
)
def test_what_is_no_message_is_refused(post: Post, body: bytes, content_type: str, status: int) -> None:
    assert post(body, content_type=content_type).status_code == status
    assert not Signal.objects.exists()


def test_a_message_of_25_megabytes_is_taken_and_a_larger_one_is_not(post: Post) -> None:
    assert post(ROOF + b"x" * (25_000_000 - len(ROOF))).status_code == 201
    larger = post(ROOF + b"x" * (25_000_001 - len(ROOF)))
    assert (larger.status_code, larger.content) == (413, b"At most 25 MB: this message is larger.\n")
    assert post(ROOF + b"x" * 40_000_000).status_code == 413
    assert Signal.objects.count() == 1


def test_only_posts_are_taken(client: Client, post: Post) -> None:
    assert client.get("/hooks/email", headers=AUTHORIZED).status_code == 405


@pytest.mark.parametrize("folder", ["email_raw", "email_replies", "email_bounces"])
def test_every_email_of_the_real_world_is_taken_in(post: Post, shared: Path, folder: str) -> None:
    files = [path for path in sorted((shared / folder).rglob("*")) if path.is_file()]
    assert len(files) > 70
    for path in files:
        assert post(path.read_bytes()).status_code in (200, 201), path.name
    assert Signal.objects.filter(state="waiting").count() == 0


def test_naughty_strings_are_taken_in_as_words(post: Post, shared: Path) -> None:
    for index, text in enumerate(json.loads((shared / "edge_strings/blns.json").read_text())):
        encoded = text.encode(errors="surrogatepass")
        head = f"From: {text} <a@b.example>\nSubject: {text}\nMessage-ID: <{index}@b.example>\n".encode(
            errors="replace"
        )
        answer = post(head.replace(b"\n", b"\r\n") + b"\r\n" + encoded + b"\r\n.")
        assert answer.status_code in (200, 201), text
