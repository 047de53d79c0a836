"""What email needs to leave, as the environment or a person set it, and whom it comes from."""

from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings

from trellis.conversations.connections import Settings, stored

KEY = "smtp"


def environment() -> Settings | None:
    """TRELLIS_SMTP_URL and TRELLIS_MAIL_FROM, where both are set."""
    if settings.SMTP_URL and settings.MAIL_FROM:
        return {"url": settings.SMTP_URL, "from": settings.MAIL_FROM}
    return None


def outlet() -> Settings:
    """Empty while email is not connected."""
    return environment() or stored(KEY)


@dataclass(frozen=True)
class Sender:
    """Whom email comes from. Without a name, the business's is used."""

    name: str
    address: str

    @classmethod
    def of(cls, chosen: Settings) -> "Sender":
        if "from" in chosen:
            return cls(*parseaddr(chosen["from"]))
        return cls(chosen.get("sender_name", ""), chosen.get("sender", ""))
