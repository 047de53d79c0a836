"""Delivery reports: what did not arrive, and why. RFC 3464, and the free-form ones of older and odd systems."""

import re
from dataclasses import dataclass
from email.message import Message

from trellis.integrations.inbound_email.letter import (
    ADDRESS,
    MESSAGE_ID,
    Letter,
    Part,
    content_type,
    decode,
    every_part,
    header,
    parse,
    text_of,
)

DAEMON = re.compile(r"mailer[-_.]?daemon|post[-_]?master|mail[-_. ]?delivery|^mdaemon|^bounces?@", re.IGNORECASE)
NO_REPLY = re.compile(r"no-?reply", re.IGNORECASE)
FAILED = re.compile(
    r"undeliver|not (?:be )?deliver|delivery (?:has )?fail|delivery failure|delivery to the following|returned mail|"
    r"failure notice|failure[ -]reason|mail delivery failed|delivery status notification|delivery error|"
    r"could(?:n't| not) be (?:sent|delivered)|unable to deliver|wasn't able to deliver|did not reach|mail system error|"
    r"returned to sender|message you sent blocked|rejected by|no such user|user unknown|unknown user|invalid user|"
    r"unknown local.part|mailbox (?:is )?full|delivery problem|status of your message|mail status|mail could not|"
    r"permanent(?:ly)? (?:fatal )?(?:error|fail)|trouble delivering|error sending your mail",
    re.IGNORECASE,
)
DELAYED = re.compile(
    r"\(delay\)|delayed|warning: |will (?:be )?retr(?:y|ied)|still being (?:tried|retried)", re.IGNORECASE
)
QUOTED_ORIGINAL = re.compile(
    r"^.*(?:original message|returned message|below this line|copy of (?:the|your) message|unsent message|"
    r"message headers? follow|^received: ).*$",
    re.IGNORECASE | re.MULTILINE,
)
SERVER_SAID = re.compile(r"^.*?((?:[45]\d\d[ -]|#?[45]\.\d{1,3}\.\d{1,3}\b).*)$", re.MULTILINE)
LISTED = re.compile(r"^[ \t*]*(?:RCPT TO:|To:)?[ \t]*<?([^\s<>]{1,64}@[^\s<>:]{1,255})>?", re.IGNORECASE | re.MULTILINE)
QUOTED_TO = re.compile(r"^To: (.*)$", re.MULTILINE)
ORIGINAL_ID = re.compile(r"^[ \t>]*message-id:\s*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Bounce:
    """`address` is where it did not arrive, `message_id` which letter; either may be empty."""

    address: str
    reason: str
    message_id: str


def find_bounce(letter: Letter) -> Bounce | None:
    """What a delivery report says; None for any other letter, for mere delays and for good news."""
    parts = list(every_part(letter.mail))
    fields = next((_status_fields(part) for part in parts if content_type(part) == "message/delivery-status"), {})
    if fields.get("action", "failed") not in ("failed", "undeliverable"):
        return None
    if not fields and not _looks_like_one(letter, parts):
        return None
    return Bounce(
        address=_address(letter, fields, parts),
        reason=_reason(letter, fields),
        message_id=_original_id(letter, parts),
    )


def _looks_like_one(letter: Letter, parts: list[Part]) -> bool:
    """Without the fields of RFC 3464: a mail system writes, and in its words something failed for good."""
    kind = header(letter.mail, "Content-Type").lower()
    if "feedback-report" in kind or DELAYED.search(letter.subject):
        return False
    if header(letter.mail, "X-Failed-Recipients"):
        return True
    writer = header(letter.mail, "From")
    is_daemon = bool(DAEMON.search(writer) or writer == "<>" or (NO_REPLY.search(writer) and _originals(parts)))
    if is_daemon and FAILED.search(_notice(letter)):
        return True
    return bool(FAILED.search(letter.subject)) and (is_daemon or letter.is_automatic)


def _notice(letter: Letter) -> str:
    """The words of the mail system, without the letter of ours that it quotes."""
    return QUOTED_ORIGINAL.split(letter.text, maxsplit=1)[0] or letter.text


def _status_fields(part: Part) -> dict[str, str]:
    """The fields of a delivery-status part in one mapping, those of the first failed recipient."""
    text = "\n".join(str(child) for child in part.get_payload()) if part.is_multipart() else decode(part)
    told: dict[str, str] = {}
    for name, value in re.findall(r"^([A-Za-z-]+):[ \t]*(.*(?:\n[ \t]+.*)*)", text, re.MULTILINE):
        told.setdefault(name.lower(), " ".join(value.split()))
    return told | {"action": told.get("action", "failed").lower().partition(" ")[0]}


def _address(letter: Letter, fields: dict[str, str], parts: list[Part]) -> str:
    """Where it was to go, by the strongest witness; of several recipients the first."""
    notice, ours = _notice(letter), {letter.recipient.lower(), letter.sender.lower()}
    named = [fields.get(name, "") for name in ("original-recipient", "final-recipient")]
    named.append(header(letter.mail, "X-Failed-Recipients"))
    told = [*LISTED.findall(notice), *ADDRESS.findall(notice)]
    sent_to = [header(original, "To") for original in _originals(parts)] + QUOTED_TO.findall(letter.text)
    for witness in (*named, *(word for word in told if not DAEMON.search(word)), *sent_to):
        for address in ADDRESS.findall(witness):
            if address.lower() not in ours:
                return str(address).rstrip(".")
    return ""


def _reason(letter: Letter, fields: dict[str, str]) -> str:
    said = fields.get("diagnostic-code", "")
    if not said and (found := SERVER_SAID.search(_notice(letter))):
        said = found[1]
    said = re.sub(r"^(?:smtp|x-\w+|unknown)\s*;\s*", "", said or fields.get("status", ""), flags=re.IGNORECASE)
    return " ".join((said or letter.subject).split())[:240] or "it could not be delivered"


def _original_id(letter: Letter, parts: list[Part]) -> str:
    for original in _originals(parts):
        if found := MESSAGE_ID.search(header(original, "Message-ID")):
            return found[0]
    quoted = ORIGINAL_ID.search(letter.text) or ORIGINAL_ID.search("\n".join(text_of(part) for part in parts[:5]))
    return quoted[1] if quoted else ""


def _originals(parts: list[Part]) -> list[Part]:
    """The letter of ours that came back, whole or its headers alone."""
    whole = [child for part in parts if content_type(part) == "message/rfc822" for child in _payload(part)]
    heads = [
        parse(decode(part).encode())
        for part in parts
        if content_type(part) in ("text/rfc822-headers", "message/rfc822-headers")
    ]
    return whole + heads


def _payload(part: Part) -> list[Part]:
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []
