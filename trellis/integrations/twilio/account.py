"""Our account at Twilio, as the environment or a person set it."""

from dataclasses import dataclass, field
from typing import Self

from django.conf import settings

from trellis.conversations.connections import Settings, stored

KEY = "twilio"
NEEDED = ("account_sid", "auth_token", "number")


@dataclass(frozen=True)
class Account:
    """`number` is one of its phone numbers, or the SID of a messaging service (MG…)."""

    sid: str
    token: str = field(repr=False)
    number: str

    @classmethod
    def of(cls, chosen: Settings) -> Self:
        return cls(chosen["account_sid"], chosen["auth_token"], chosen["number"])

    @property
    def has_number(self) -> bool:
        return not self.number.startswith("MG")


def environment() -> Settings | None:
    """TRELLIS_TWILIO_ACCOUNT_SID, _AUTH_TOKEN and _NUMBER, where all are set."""
    given = {name: str(settings.TWILIO.get(name) or "") for name in NEEDED}
    return given if all(given.values()) else None


def account() -> Account | None:
    """None while texts and calls are not connected."""
    chosen = environment() or stored(KEY)
    return Account.of(chosen) if chosen else None


def hook_token() -> str:
    """What Twilio signs its requests with; empty while it is not known here."""
    if of_environment := settings.TWILIO.get("auth_token"):
        return str(of_environment)
    known = account()
    return known.token if known else ""
