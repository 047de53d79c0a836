"""Every header in its place, and nothing a person typed can add one."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from trellis.conversations.actions import receive_message
from trellis.conversations.ledger import deliver_due
from trellis.conversations.models import Message
from trellis.integrations.smtp.letter import compose
from trellis.integrations.smtp.tests.conftest import NOON, QUIRKS_OF_AIOSMTPD, Behavior, part
from trellis.people.models import Contact

pytestmark = QUIRKS_OF_AIOSMTPD
Queue = Callable[..., Message]


def test_a_rule_writes_with_all_that_automatic_mail_must_have(mail_server: Behavior, by_rule: Queue) -> None:
    queued = by_rule()
    deliver_due(at=NOON)
    mail = mail_server.read()
    assert mail["Message-ID"] == queued.message_id
    assert mail["From"] == "Ridgeline Roofing <hello@ridge.example>"
    assert mail["To"] == "Tasha Greer <tasha@greer.example>"
    assert mail["Reply-To"] == "Ridgeline Roofing <office@ridge.example>"
    assert mail["Subject"] == "We got it"
    assert mail["Date"].datetime == NOON
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<https://crm\.ridge\.example/u/\S+>", mail["List-Unsubscribe"])


def test_both_parts_offer_to_stop(mail_server: Behavior, by_rule: Queue) -> None:
    by_rule()
    deliver_due(at=NOON)
    url = mail_server.read()["List-Unsubscribe"].strip("<>")
    assert f"Stop these emails: {url}" in part(mail_server.read(), "plain")
    assert f'<a href="{url}"' in part(mail_server.read(), "html")


def test_what_a_person_writes_comes_from_them_and_is_no_bulk_mail(mail_server: Behavior, by_dana: Queue) -> None:
    by_dana()
    deliver_due(at=NOON)
    mail = mail_server.read()
    assert mail["From"] == "Dana Cole from Ridgeline Roofing <hello@ridge.example>"
    assert not {"Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post"} & set(mail.keys())
    assert part(mail, "plain") == "Hi Tasha, I can come at 2.\n"


def test_an_answer_is_threaded_under_names_however_long(mail_server: Behavior, by_dana: Queue, tasha: Contact) -> None:
    asked = f"<{'DM6PR10MB4267' * 8}@DM6PR10MB4267.namprd10.prod.outlook.com>"
    receive_message(
        contact=tasha, channel="email", sender="tasha@greer.example", subject="Leak", text="Help",
        message_id=asked, at=NOON,
    )  # fmt: skip
    by_dana(subject="", at=NOON + timedelta(minutes=1))
    deliver_due(at=NOON + timedelta(minutes=1))
    mail = mail_server.read()
    assert (mail["In-Reply-To"], mail["References"], mail["Subject"]) == (asked, asked, "Re: Leak")
    assert f"In-Reply-To: {asked}".encode() in (mail_server.letters[0].original_content or b"")


def test_the_html_part_escapes_what_was_typed_and_keeps_its_lines(mail_server: Behavior, by_dana: Queue) -> None:
    by_dana(text="<script>alert(1)</script> & more\nline two\n\nSee https://ridge.example/quote")
    deliver_due(at=NOON)
    html = part(mail_server.read(), "html")
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert "<br>" in html
    assert 'href="https://ridge.example/quote"' in html


@pytest.mark.parametrize(
    "subject",
    [
        "Roof\r\nBcc: all@ridge.example",
        "Roof\nBcc: all@ridge.example",
        "Roof\r\n\r\nBody",
        "Roof\x00\x0b\x0c\x85\u2028Bcc: x",
    ],
)
def test_a_subject_cannot_add_a_header(mail_server: Behavior, by_rule: Queue, subject: str) -> None:
    by_rule(subject=subject)
    deliver_due(at=NOON)
    assert "Bcc" not in mail_server.read()
    assert mail_server.read()["Subject"].startswith("Roof")
    assert part(mail_server.read(), "plain").startswith("Hi Tasha")


def test_a_name_cannot_add_a_header_or_a_recipient(mail_server: Behavior, by_rule: Queue, tasha: Contact) -> None:
    tasha.name = 'Eve" <eve@evil.example>, "x\r\nBcc: eve@evil.example'
    tasha.save()
    by_rule()
    deliver_due(at=NOON)
    assert "Bcc" not in mail_server.read()
    assert [address.addr_spec for address in mail_server.read()["To"].addresses] == ["tasha@greer.example"]


@pytest.mark.parametrize(
    "recipient",
    [
        "",
        "@",
        "tasha",
        "tasha@",
        "@greer.example",
        "a b@greer.example",
        "a@b@c",
        "a\r\nb@greer.example",
        "a@-..",
        "<x@y>",
    ],
)
def test_an_address_that_is_none_fails_with_a_sentence(mail_server: Behavior, by_rule: Queue, recipient: str) -> None:
    by_rule(recipient=recipient)
    deliver_due(at=NOON)
    failed = Message.objects.get()
    assert failed.state == "failed"
    assert "is not an email address" in failed.reason
    assert mail_server.letters == []


def test_naughty_strings_stay_words(mail_server: Behavior, by_rule: Queue, naughty: list[str]) -> None:
    queued = by_rule()
    for text in naughty:
        queued.subject, queued.text, queued.contact.name = text[:250], text, text[:200]
        mail = compose(queued).mail
        written = mail.as_bytes()
        head = written.partition(b"\r\n\r\n")[0]
        names = [line.partition(b":")[0] for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))]
        assert len(names) == len(set(names)) == len(mail.keys())
        assert b"\n" not in head.replace(b"\r\n", b"")


@pytest.fixture
def naughty(shared: Path) -> list[str]:
    return [text for text in json.loads((shared / "edge_strings/blns.json").read_text()) if text]


def test_the_link_in_the_header_leads_to_the_page(mail_server: Behavior, by_rule: Queue, client: Client) -> None:
    by_rule()
    deliver_due(at=NOON)
    path = mail_server.read()["List-Unsubscribe"].strip("<>").removeprefix("https://crm.ridge.example")
    assert client.get(path).status_code == 200
