"""Delivery reports of many mail systems are told from other mail, with where and why."""

from pathlib import Path

import pytest

from trellis.integrations.inbound_email.bounces import Bounce, find_bounce
from trellis.integrations.inbound_email.letter import read_letter

# A complaint, a vacation notice, and a mailing list that takes no mail from strangers.
NO_BOUNCE = {"arf-01", "rfc3834-01", "lhost-fml-02"}
# Its source keeps it among those that are none, yet it says that our mail was discarded: we take it at its word.
A_BOUNCE_AFTER_ALL = "rb-issue-368-bug"


def bounce_in(path: Path) -> Bounce | None:
    return find_bounce(read_letter(path.read_bytes()))


def test_the_reports_of_74_mail_systems_are_recognized_with_their_address(shared: Path) -> None:
    reports = {path.stem: path for path in (shared / "email_bounces").glob("*.eml")}
    found = {name: bounce for name, path in reports.items() if (bounce := bounce_in(path))}
    assert reports.keys() - found.keys() == NO_BOUNCE
    assert len(found) == 74
    assert [name for name, bounce in found.items() if "@" not in bounce.address or not bounce.reason] == []


def test_other_mail_is_none(shared: Path) -> None:
    others = [*(shared / "email_bounces/not_a_bounce").glob("*.eml")]
    others += [path for path in (shared / "email_raw").rglob("*.eml") if "multipart_report" not in str(path)]
    assert len(others) > 80
    assert [path.stem for path in others if bounce_in(path)] == [A_BOUNCE_AFTER_ALL]


@pytest.mark.parametrize(
    ("name", "address", "reason", "message_id"),
    [
        (
            "lhost-sendgrid-01",
            "kijitora@example.jp",
            "550 5.1.1 <kijitora@example.jp>... User Unknown",
            "<F9B4AEED-722D-47FD-929E-3625AF2161BB@example.jp>",
        ),
        (
            "lhost-qmail-01",
            "kijitora@example.ne.jp",
            "550 Unknown user kijitora@example.ne.jp",
            "<000000000.9999999999999.JavaMail.postmaster@mailhub>",
        ),
        (
            "lhost-domino-01",
            "kijitora@example.jp",
            "DELIVERY FAILURE: User Kijitoranyan (kijitora@example.jp) not listed in Domino Directory",
            "",
        ),
        ("lhost-verizon-01", "0000000000@vzwpix.com", "Undeliverable Message", ""),
        ("lhost-v5sendmail-01", "kijitora@example.com", "421 example.com (smtp)... Deferred: Connection", ""),
    ],
)
def test_a_report_says_which_letter_where_and_why(
    shared: Path, name: str, address: str, reason: str, message_id: str
) -> None:
    bounce = bounce_in(shared / f"email_bounces/{name}.eml")
    assert bounce
    assert (bounce.address, bounce.message_id) == (address, message_id)
    assert bounce.reason.startswith(reason)


def test_a_warning_that_it_takes_longer_is_no_bounce(shared: Path) -> None:
    delayed = shared / "email_raw/mikel_mail/multipart_report_emails/report_422.eml"
    assert b"Action: delayed" in delayed.read_bytes()
    assert bounce_in(delayed) is None
    assert read_letter(delayed.read_bytes()).is_automatic


def test_a_customer_who_writes_of_a_failure_is_no_mail_system() -> None:
    head = b"From: tasha@greer.example\r\nSubject: Undelivered mail returned to sender?\r\n\r\n"
    assert find_bounce(read_letter(head + b"550 user unknown, what is that?")) is None
