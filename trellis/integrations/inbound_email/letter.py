"""Reading an email, whatever is wrong with it: broken headers, lying charsets, missing parts. Never raises."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from html import unescape
from typing import Any

import nh3

MESSAGE_ID = re.compile(r"<[^<>\s]+>")
ADDRESS = re.compile(r"[^\s<>\"'(),:;@\[\]]{1,64}@[^\s<>\"'(),:;@\[\]]{1,255}")
BREAKS = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d|/blockquote|hr)\b[^<>]*>", re.IGNORECASE)
AUTOMATIC_PRECEDENCE = {"bulk", "junk", "list", "auto_reply"}
AUTOMATIC_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply")
LONGEST_HEADER = 10_000
LONGEST_TEXT = 100_000
MOST = 50  # Attachments or references that are listed.

type Part = Message[str, str]


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What an email says. `mail` is its parsed form for whoever must look deeper."""

    mail: Part
    sender: str = ""
    sender_name: str = ""
    recipient: str = ""
    subject: str = ""
    text: str = ""
    message_id: str = ""
    in_reply_to: str = ""
    references: list[str] = field(default_factory=list)
    is_automatic: bool = False
    attachments: list[dict[str, Any]] = field(default_factory=list)


def read_letter(raw: bytes) -> Letter:
    mail = parse(raw)
    name, sender = _first_address(mail, "From", "Sender", "Return-Path")
    answered, references = _ids(header(mail, "In-Reply-To")), _ids(header(mail, "References"))
    return Letter(
        mail=mail,
        sender=sender,
        sender_name=name,
        recipient=_first_address(mail, "To", "Delivered-To", "X-Original-To")[1],
        subject=header(mail, "Subject"),
        text=(_asked(lambda: text_of(mail)) or "")[:LONGEST_TEXT],
        message_id=next(iter(_ids(header(mail, "Message-ID"))), ""),
        in_reply_to=next(iter(answered), ""),
        references=list(dict.fromkeys([*references, *answered]))[-MOST:],
        is_automatic=is_automatic(mail),
        attachments=[_attachment(part) for part in (_asked(lambda: _attached(mail)) or [])[:MOST]],
    )


def parse(raw: bytes) -> Part:
    """The parsed message; its headers alone where the parts are nested beyond sense.

    Under the older policy, which leaves headers as they came: the newer one fails on malformed ones in a dozen ways.
    """
    try:
        return message_from_bytes(raw)
    except Exception:
        return BytesHeaderParser().parsebytes(raw)


def header(mail: Part, name: str) -> str:
    """A header as one line of text, as well as it can be read; empty where there is none."""
    return _in_words(_as_sent(mail, name))


def text_of(part: Part) -> str:
    """What it says in words: plain text where there is some, else its HTML as text."""
    kind = content_type(part)
    if part.is_multipart():
        if kind == "multipart/alternative":
            return _best_alternative(part)
        children = [] if kind.startswith("message/") else [text_of(child) for child in _children(part)]
        return "\n".join(text for text in children if text.strip())
    if not kind.startswith(("text/plain", "text/html", "multipart/")) or _is_attached(part):
        return ""  # What calls itself multipart and has no parts is broken: its source is all there is.
    text = decode(part)
    return html_to_text(text) if kind == "text/html" else text


def decode(part: Part) -> str:
    """A part's text. UTF-8 is believed where it fits, whatever the part claims: nothing else fits it by chance."""
    content = _bytes_of(part)
    for charset in ("utf-8", _charset(part), "windows-1252"):
        with suppress(LookupError, ValueError):
            if charset != "utf-8" or _charset(part) not in ("iso-2022-jp", "utf-7", "hz-gb-2312"):
                return content.decode(charset).replace("\r\n", "\n").replace("\r", "\n")
    return content.decode("latin-1").replace("\r\n", "\n")


def html_to_text(html: str) -> str:
    text = nh3.clean(BREAKS.sub("\n", html), tags=set(), clean_content_tags={"script", "style", "head", "title"})
    lines = [" ".join(line.split()) for line in unescape(text).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def is_automatic(mail: Part) -> bool:
    """Written by a machine to whoever wrote or subscribed (RFC 3834): never to be answered by one of ours."""
    submitted = header(mail, "Auto-Submitted").partition(";")[0].strip().lower()
    return (
        submitted not in ("", "no")
        or header(mail, "Precedence").strip().lower() in AUTOMATIC_PRECEDENCE
        or any(header(mail, name) for name in AUTOMATIC_HEADERS)
        or header(mail, "Content-Type").lower().startswith("multipart/report")
        or ("Return-Path" in mail and header(mail, "Return-Path").strip() == "<>")
    )


def content_type(part: Part) -> str:
    with suppress(Exception):
        return part.get_content_type()
    return "text/plain"


def every_part(mail: Part) -> Iterator[Part]:
    yield mail
    for child in _children(mail):
        yield from every_part(child)


def _best_alternative(part: Part) -> str:
    told = [(content_type(child), text_of(child)) for child in _children(part)]
    said = [(kind, text) for kind, text in told if text.strip()]
    plain = [text for kind, text in said if kind == "text/plain"]
    return plain[0] if plain else said[-1][1] if said else ""


def _children(part: Part) -> list[Part]:
    payload = part.get_payload() if part.is_multipart() else []
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def _attached(part: Part) -> list[Part]:
    if content_type(part) == "message/rfc822":
        return [part]
    if part.is_multipart():
        return [found for child in _children(part) for found in _attached(child)]
    return [part] if _is_attached(part) or not content_type(part).startswith("text/") else []


def _is_attached(part: Part) -> bool:
    return _asked(part.get_content_disposition) == "attachment" or bool(_asked(part.get_filename))


def _attachment(part: Part) -> dict[str, Any]:
    name = str(_asked(part.get_filename) or "")
    return {"filename": _in_words(name)[:250], "content_type": content_type(part), "size": len(_bytes_of(part))}


def _bytes_of(part: Part) -> bytes:
    with suppress(Exception):
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            return content
    with suppress(Exception):
        return b"".join(bytes(child) for child in _children(part)) or str(part.get_payload()).encode(errors="replace")
    return b""


def _charset(part: Part) -> str:
    return str(_asked(part.get_content_charset) or "utf-8")


def _asked(question: Callable[[], Any]) -> Any:
    """The answer, None where something malformed or nested beyond sense makes the question fail."""
    with suppress(Exception):
        return question()
    return None


def _first_address(mail: Part, *names: str) -> tuple[str, str]:
    """Name and address of the first of these headers that holds an address."""
    for name in names:
        written = _as_sent(mail, name)
        for shown, address in getaddresses([written], strict=False):
            if ADDRESS.fullmatch(address):
                return _in_words(shown), address
        if found := ADDRESS.search(_in_words(written)):
            return "", found[0]
    return "", ""


def _as_sent(mail: Part, name: str) -> str:
    """A header before its words are decoded: its commas and brackets still are what they were."""
    sent = next((str(value) for key, value in mail.raw_items() if key.lower() == name.lower()), "")
    return _from_bytes(sent[:LONGEST_HEADER].encode(errors="surrogateescape"))


def _in_words(sent: str) -> str:
    """The text of a header or file name with its encoded words (RFC 2047) decoded."""
    chunks = _asked(lambda: decode_header(sent)) or [(sent, None)]
    return _one_line("".join(_chunk(chunk, charset) for chunk, charset in chunks))


def _chunk(chunk: str | bytes, charset: str | None) -> str:
    if isinstance(chunk, str):
        return chunk
    with suppress(LookupError, ValueError):
        return chunk.decode(charset or "raw-unicode-escape")
    return _from_bytes(chunk)


def _from_bytes(content: bytes) -> str:
    with suppress(ValueError):
        return content.decode()
    return content.decode("windows-1252", errors="replace")


def _ids(text: str) -> list[str]:
    return MESSAGE_ID.findall(text)


def _one_line(text: str) -> str:
    return " ".join(text.encode(errors="replace").decode().split())
