"""The way out for texts."""

import ipaddress
from contextlib import suppress
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from trellis.conversations.models import Channel, Message
from trellis.conversations.transports import NotSent, Receipt, Unreachable, Unsure
from trellis.integrations.twilio.account import Account, account
from trellis.integrations.twilio.rest import Answer, ask

# Twilio's error codes that are about us, not about this text: sent again once somebody has mended the account.
OUR_ACCOUNT = {20003, 20404, 20429, 21212, 21603, 21606, 21609, 21659, 21660}
IN_PLAIN_WORDS = {
    21211: "this is not a phone number",
    21408: "our Twilio account may not send texts to that country",
    21610: "they answered STOP to our number",
    21612: "our number cannot send texts to this one",
    21614: "this number cannot get texts",
    21617: "the text is longer than 1,600 characters",
}
CLOCKS_DIFFER_BY = timedelta(minutes=2)


class TwilioTransport:
    channel: str = Channel.SMS
    how_to_connect = (
        "Connect Twilio under Settings. Or set TRELLIS_TWILIO_ACCOUNT_SID, TRELLIS_TWILIO_AUTH_TOKEN and "
        "TRELLIS_TWILIO_NUMBER from the Twilio console, then restart Trellis."
    )

    def is_connected(self) -> bool:
        return account() is not None

    def send(self, message: Message) -> Receipt:
        ours = account()
        if ours is None:
            raise NotSent("texts are not connected any more")
        form = {"To": message.recipient, "Body": message.text} | comes_from(ours)
        if callback := status_callback(message):
            form["StatusCallback"] = callback
        answer = ask("POST", "/Messages.json", form)
        if answer.is_accepted:
            return Receipt(str(answer.body.get("sid") or ""))
        raise _refusal(answer)

    def look_up(self, message: Message) -> Receipt | None:
        """Find the text among those Twilio took for this number since we began.

        Not asked by date: a text that still waits at Twilio has no date of sending and would be missed.
        """
        answer = ask("GET", "/Messages.json", {"To": message.recipient, "PageSize": "200"})
        if not answer.is_accepted:
            raise Unsure(f"Twilio cannot say now: {answer.words}")
        taken = _unknown([told for told in answer.body.get("messages") or [] if _may_be(told, message)])
        if not taken:
            raise NotSent("Twilio never got it")
        # Twilio may rewrite a text (a trial account's preface, plainer letters): another one then leaves the doubt.
        ours = next((told for told in taken if str(told.get("body")).strip().endswith(message.text.strip())), None)
        return _outcome(ours) if ours else None


def status_callback(message: Message) -> str:
    """Where Twilio tells what became of it, naming our row; empty where Twilio could not reach us and would refuse."""
    return f"{settings.PUBLIC_URL}{reverse('twilio:status')}?message={message.id}" if can_be_called() else ""


def can_be_called() -> bool:
    """Whether our public address is one that Twilio can reach."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_global
    return host != "localhost" and "." in host


def comes_from(ours: Account) -> dict[str, str]:
    return {"From" if ours.has_number else "MessagingServiceSid": ours.number}


def _refusal(answer: Answer) -> NotSent | Unsure:
    words = IN_PLAIN_WORDS.get(answer.code, answer.words)
    said = f"{words} (Twilio {answer.code or answer.status})"
    if answer.status >= 500:
        return Unsure(f"Twilio failed: {said}")
    if answer.status in (401, 403, 404, 429) or answer.code in OUR_ACCOUNT:
        return Unreachable(f"Twilio refused us: {said}")
    return NotSent(said, permanent=True)


def _may_be(told: dict[str, Any], message: Message) -> bool:
    began = (message.send_at or message.created_at) - CLOCKS_DIFFER_BY
    return str(told.get("direction")).startswith("outbound") and _made_at(told, began) >= began


def _made_at(told: dict[str, Any], otherwise: datetime) -> datetime:
    with suppress(ValueError, TypeError):
        return parsedate_to_datetime(str(told.get("date_created")))
    return otherwise


def _unknown(taken: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that are not in our ledger under another message already."""
    sids = [str(told.get("sid")) for told in taken]
    known = set(Message.objects.filter(provider_id__in=sids).values_list("provider_id", flat=True))
    return [told for told, sid in zip(taken, sids, strict=True) if sid not in known]


def _outcome(told: dict[str, Any]) -> Receipt:
    if told.get("status") in ("failed", "undelivered", "canceled"):
        raise NotSent(str(told.get("error_message") or f"Twilio says: {told['status']}"), permanent=True)
    return Receipt(str(told.get("sid") or ""))
