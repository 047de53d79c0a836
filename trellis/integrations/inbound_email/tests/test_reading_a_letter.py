"""An email is read as well as it can be, whatever is wrong with it."""

import time
from pathlib import Path

import pytest

from trellis.integrations.inbound_email.letter import read_letter


def letter(head: str, body: bytes = b"Hi") -> bytes:
    return head.replace("\n", "\r\n").encode("latin-1", errors="replace") + b"\r\n\r\n" + body


def test_threads_are_told_by_their_headers() -> None:
    read = read_letter(
        letter("From: a@b.example\nIn-Reply-To: <3@x>\nReferences: <1@x>\n <2@x> garbage <3@x>\nMessage-ID: <4@x>")
    )
    assert (read.in_reply_to, read.references, read.message_id) == ("<3@x>", ["<1@x>", "<2@x>", "<3@x>"], "<4@x>")


@pytest.mark.parametrize(
    ("written", "name", "address"),
    [
        ("Tasha Greer <tasha@greer.example>", "Tasha Greer", "tasha@greer.example"),
        ('"Greer, Tasha" <tasha@greer.example>', "Greer, Tasha", "tasha@greer.example"),
        ("=?utf-8?q?Ren=C3=A9e?= <r@x.example>", "Renée", "r@x.example"),
        ("tasha@greer.example (Tasha)", "Tasha", "tasha@greer.example"),
        ("Tasha tasha@greer.example", "", "tasha@greer.example"),
        ("a@b.example, c@d.example", "", "a@b.example"),
        ("Tasha <>", "", ""),
        ("undisclosed", "", ""),
    ],
)
def test_the_sender_is_found(written: str, name: str, address: str) -> None:
    read = read_letter(letter(f"From: {written}"))
    assert (read.sender_name, read.sender) == (name, address)


@pytest.mark.parametrize(
    ("charset", "body", "text"),
    [
        ("utf-8", "mouillé".encode(), "mouillé"),
        ("us-ascii", "mouillé".encode(), "mouillé"),
        ("iso-8859-1", "mouillé".encode(), "mouillé"),
        ("utf-8", "mouillé".encode("latin-1"), "mouillé"),
        ("utf-8", b"\x93It\x92s wet\x94", "“It’s wet”"),
        ("no-such-charset", "mouillé".encode("latin-1"), "mouillé"),
        ("shift_jis", "屋根".encode("shift_jis"), "屋根"),
        ("iso-2022-jp", "屋根".encode("iso-2022-jp"), "屋根"),
        ("koi8-r", "крыша".encode("koi8-r"), "крыша"),
        ("utf-8", b"\xff\xfe\x81", "ÿþ\x81"),
    ],
)
def test_lies_about_the_charset_are_survived(charset: str, body: bytes, text: str) -> None:
    assert read_letter(letter(f"Content-Type: text/plain; charset={charset}", body)).text == text


HTML = b"""<html><head><title>x</title><style>p{color:red}</style></head><body><p>Hi &amp; hello</p>
<script>alert(1)</script><div>Line<br>two</div>&lt;b&gt;</body></html>"""


def test_html_is_read_as_text() -> None:
    assert read_letter(letter("Content-Type: text/html", HTML)).text == "Hi & hello\n\nLine\ntwo\n<b>"


def alternative(plain: bytes, html: bytes) -> bytes:
    return letter(
        'Content-Type: multipart/alternative; boundary="x"',
        b"--x\r\nContent-Type: text/plain\r\n\r\n"
        + plain
        + b"\r\n--x\r\nContent-Type: text/html\r\n\r\n"
        + html
        + b"\r\n--x--",
    )


def test_plain_text_is_preferred_unless_it_is_empty() -> None:
    assert read_letter(alternative(b"Plain", b"<p>Rich</p>")).text == "Plain"
    assert read_letter(alternative(b"  ", b"<p>Rich</p>")).text == "Rich"


def test_attachments_are_listed_and_not_read_as_text() -> None:
    read = read_letter(
        letter(
            'Content-Type: multipart/mixed; boundary="x"',
            b"--x\r\n\r\nSee the picture\r\n--x\r\nContent-Type: image/jpeg\r\n"
            b'Content-Disposition: attachment; filename="roof.jpg"\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n'
            b'--x\r\nContent-Type: text/plain; name="notes.txt"\r\n\r\nsecret notes\r\n--x--',
        )
    )
    assert read.text == "See the picture"
    assert read.attachments == [
        {"filename": "roof.jpg", "content_type": "image/jpeg", "size": 3},
        {"filename": "notes.txt", "content_type": "text/plain", "size": 12},
    ]


@pytest.mark.parametrize(
    ("head", "automatic"),
    [
        ("Auto-Submitted: auto-replied", True),
        ("Auto-Submitted: auto-generated (failure)", True),
        ("Auto-Submitted: no", False),
        ("Precedence: bulk", True),
        ("Precedence: auto_reply", True),
        ("Precedence: first-class", False),
        ("X-Autoreply: yes", True),
        ("Return-Path: <>", True),
        ("Return-Path: <a@b.example>", False),
        ("List-Unsubscribe: <https://market.example>", False),
    ],
)
def test_machines_are_told_from_people(head: str, automatic: bool) -> None:
    assert read_letter(letter(f"From: a@b.example\n{head}")).is_automatic is automatic


def test_a_letter_without_a_header_is_read() -> None:
    assert read_letter(b"just words").sender == ""


def test_real_letters_are_read_as_their_senders_meant_them(shared: Path) -> None:
    raw = shared / "email_raw/mikel_mail"
    japanese = read_letter((raw / "multi_charset/japanese.eml").read_bytes())
    assert japanese.sender == "raasdnil@gmail.com"
    assert japanese.subject == "まみむめも"
    quoted = read_letter((raw / "attachment_emails/attachment_with_quoted_filename.eml").read_bytes())
    assert [attachment["filename"] for attachment in quoted.attachments] == ["Eelanalüüsi päring.jpg"]


@pytest.mark.parametrize(
    "raw",
    [
        letter("From: " + "a" * 2_000_000),
        letter("From: " + "<" * 2_000_000),
        letter("Subject: " + "=?utf-8?q?a?= " * 100_000),
        letter("References: " + "<a@b> " * 200_000),
        letter("Content-Type: text/html", b"<br" * 300_000),
        letter("Content-Type: text/plain", b"\n" * 300_000),
        letter("Content-Type: text/plain", b"a@" * 300_000),
        letter("Content-Type: text/plain", b"On 10:30 " + b"a@b " * 100_000),
        letter("Content-Type: text/plain", b"> " * 300_000),
        b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(400)),
        b"\x00" * 1_000_000,
    ],
    ids=[
        "name",
        "angles",
        "words",
        "references",
        "html",
        "lines",
        "addresses",
        "attribution",
        "quotes",
        "nested",
        "zeros",
    ],
)
def test_a_letter_made_to_keep_us_busy_does_not(raw: bytes) -> None:
    from trellis.integrations.inbound_email.bounces import find_bounce
    from trellis.integrations.inbound_email.replies import visible_text

    began = time.perf_counter()
    read = read_letter(raw)
    find_bounce(read)
    visible_text(read.text)
    assert time.perf_counter() - began < 5
