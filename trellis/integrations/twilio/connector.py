"""Connecting texts and calls on screen: what is asked for, and the test at Twilio itself."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import phonenumbers
from django.conf import settings as installation
from django.urls import reverse
from phonenumbers import PhoneNumberFormat

from trellis.conversations.connections import Field, Hook, Outcome, Settings, TrialFailed
from trellis.conversations.models import Channel
from trellis.integrations.twilio.account import KEY, Account, environment
from trellis.integrations.twilio.transport import can_be_called
from trellis.integrations.twilio.trial import Trial
from trellis.team.models import User
from trellis.team.queries import business
from trellis.web.phones import say_phone

ACCOUNT_SID = re.compile(r"AC[0-9a-fA-F]{32}")
SERVICE_SID = re.compile(r"MG[0-9a-fA-F]{32}")
NOT_REACHED = (
    "Twilio cannot reach {}, so answers and calls do not come in. Set TRELLIS_URL to the public address of this server."
)


class TwilioConnector:
    key = KEY
    channel: str = Channel.SMS
    presets = ()
    place = ()
    fields = (
        Field(name="account_sid", label="Account SID", hint="On the first page of the Twilio console. Begins with AC."),
        Field(name="auth_token", label="Auth token", kind="secret", hint="Beside the Account SID, behind “Show”."),
        Field(
            name="number",
            label="Number you text and call from",
            hint="One of the account’s phone numbers.",
        ),
        Field(
            name="text_me",
            label="Text me a test",
            kind="check",
            hint="To the phone in your own settings.",
            is_required=False,
            for_the_test=True,
        ),
    )

    def environment(self) -> Settings | None:
        return environment()

    def prepare(self, typed: Settings) -> dict[str, str]:
        return {**typed, "number": as_dialed(typed.get("number", ""))}

    def check(self, settings: Settings) -> dict[str, str]:
        faults = {}
        if not ACCOUNT_SID.fullmatch(settings.get("account_sid", "")):
            faults["account_sid"] = "An Account SID is AC followed by 32 letters and digits. Copy it from the console."
        if not settings.get("auth_token"):
            faults["auth_token"] = "Copy the auth token from the Twilio console."
        number = settings.get("number", "")
        if not number.startswith("+") and not SERVICE_SID.fullmatch(number):
            faults["number"] = (
                "This is no phone number. Write it with its area code, or paste a messaging service’s MG…"
            )
        return faults

    def test(self, settings: Settings, *, by: User, at: datetime) -> Outcome:
        """Ask for the account and the number, and text whoever asks, where they want that."""
        account = Account.of(settings)
        trial = Trial(account)
        title = trial.title()
        number = trial.number() if account.has_number else {}
        texted = _text(trial, by) if settings.get("text_me") else ""
        says = f"Twilio answered as “{title}” in {max(trial.seconds, 0.1):.1f} s{texted}."
        return Outcome(says=says, advice=tuple(advice_on(number)))

    def summary(self, settings: Settings) -> str:
        account = Account.of(settings)
        number = say_phone(account.number, business().region) if account.has_number else "a messaging service"
        return f"{number} at Twilio"

    def hooks(self) -> tuple[Hook, ...]:
        """What Twilio must be told to call, in the settings of the number."""
        return (
            Hook(label="When a message comes in", address=address_of("sms")),
            Hook(label="When a call comes in", address=address_of("voice")),
        )


def _text(trial: Trial, by: User) -> str:
    to = as_dialed(by.phone)
    if not to.startswith("+"):
        raise TrialFailed("You have no phone number in your own settings. Add one, or test without a text.", "text_me")
    trial.text(to, f"This is the test you asked for: texts from {business().name} work.")
    return f" and took a test text to {by.phone}"


def advice_on(number: dict[str, Any]) -> Iterator[str]:
    """What keeps answers and calls from coming in, as far as the number tells."""
    if not can_be_called():
        yield NOT_REACHED.format(installation.PUBLIC_URL)
        return
    for name, hook, what in (("sms_url", "sms", "answers"), ("voice_url", "voice", "calls")):
        if number and number.get(name) != address_of(hook):
            yield f"Twilio does not bring {what} here yet: set {address_of(hook)} in the settings of the number."


def address_of(hook: str) -> str:
    return f"{installation.PUBLIC_URL}{reverse(f'twilio:{hook}')}"


def as_dialed(text: str) -> str:
    """In E.164 where it is a phone number; else as it was written."""
    try:
        number = phonenumbers.parse(text, business().region)
    except phonenumbers.NumberParseException:
        return text.strip()
    if not phonenumbers.is_possible_number(number):
        return text.strip()
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
