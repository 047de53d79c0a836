"""What a call, a text or a status of Twilio becomes here."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from trellis.conversations.models import Message
from trellis.conversations.outcomes import mark_delivered, mark_failed, mark_handed_over
from trellis.conversations.queries import message_of_provider
from trellis.intake.actions import take_in
from trellis.intake.models import Signal, SignalKind

Form = Mapping[str, str]

NUMBER = re.compile(r"\+\d{5,15}")
ANSWERED = frozenset({"completed", "answered"})
MISSED = frozenset({"no-answer", "busy", "failed", "canceled"})
ERRORS = {
    "30003": "their phone is off or out of reach",
    "30004": "they or their carrier block our texts",
    "30005": "this number is not in use",
    "30006": "this number cannot get texts",
    "30007": "the carrier took it for spam",
    "30034": "our number is not registered for texts to businesses' customers",
}


def take_call(form: Form, *, status: str, seconds: str, at: datetime) -> Signal:
    """Store how a call ended. The first word on a call counts: Twilio calls a missed one completed later on."""
    answered = status in ANSWERED
    payload = {
        "from": _number(form.get("From", "")),
        "to": _number(form.get("To", "")),
        "call_id": form.get("CallSid", ""),
        "seconds": int(seconds) if answered and seconds.isdecimal() else 0,
        "note": ""
        if NUMBER.fullmatch(form.get("From", ""))
        else f"The caller's number: {form.get('From') or 'withheld'}",
        "direction": "out" if form.get("Direction", "").startswith("outbound") else "in",
        "answered": answered,
    }
    kind = SignalKind.CALL if answered else SignalKind.MISSED_CALL
    return _take(kind, "phone", payload, form.get("CallSid"), at)


def take_text(form: Form, *, at: datetime) -> Signal:
    """Store what somebody texted us, with whatever they attached."""
    payload = {
        "from": _number(form.get("From", "")),
        "from_name": "",
        "to": _number(form.get("To", "")),
        "text": form.get("Body", ""),
        "subject": "",
        "message_id": form.get("MessageSid", ""),
        "in_reply_to": "",
        "references": [],
        "auto_submitted": False,
        "bounce": None,
        "media": _media(form),
    }
    return _take(SignalKind.MESSAGE, "sms", payload, form.get("MessageSid"), at)


def take_status(form: Form, *, message_id: str, at: datetime) -> Message | None:
    """Learn what became of a text of ours. None when it is not in our ledger."""
    sid, status = form.get("MessageSid", ""), form.get("MessageStatus") or form.get("SmsStatus", "")
    message = _ours(message_id, sid)
    if message is None:
        return None
    if status in ("delivered", "read"):
        mark_delivered(message, provider_id=sid, at=at)
    elif status in ("undelivered", "failed", "canceled"):
        code = form.get("ErrorCode", "")
        mark_failed(message, reason=f"{ERRORS.get(code, status)} (Twilio {code})" if code else status, at=at)
    else:
        mark_handed_over(message, provider_id=sid, at=at)
    return message


def _take(kind: SignalKind, channel: str, payload: dict[str, Any], sid: str | None, at: datetime) -> Signal:
    signal, _ = take_in(kind=kind, channel=channel, source="twilio", payload=payload, external_id=sid, at=at)
    return signal


def _ours(message_id: str, sid: str) -> Message | None:
    with suppress(ValueError):
        return Message.objects.filter(id=UUID(message_id), direction="out", channel="sms").first()
    return message_of_provider(sid)


def _number(text: str) -> str:
    """The number in E.164; empty for a withheld one or an address that is no number."""
    return text if NUMBER.fullmatch(text) else ""


def _media(form: Form) -> list[dict[str, str]]:
    count = form.get("NumMedia", "0")
    return [
        {"url": form.get(f"MediaUrl{index}", ""), "content_type": form.get(f"MediaContentType{index}", "")}
        for index in range(min(int(count), 10) if count.isdecimal() else 0)
    ]
