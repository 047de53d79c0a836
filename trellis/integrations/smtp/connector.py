"""Connecting email on screen: what is asked for, and the test that sends a real one."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from trellis.conversations.connections import Field, Hook, Outcome, Settings, TrialFailed
from trellis.conversations.models import Channel
from trellis.conversations.transports import NotSent
from trellis.integrations.smtp.letter import compose_test
from trellis.integrations.smtp.outlet import KEY, Sender, environment
from trellis.integrations.smtp.presets import PRESETS
from trellis.integrations.smtp.server import SECURITIES, Server
from trellis.integrations.smtp.trial import try_out
from trellis.team.models import User

IN_THE_CLEAR = "Without encryption the password could be read on its way. Choose TLS or STARTTLS."


class SmtpConnector:
    key = KEY
    channel: str = Channel.EMAIL
    presets = PRESETS
    # The password is for this server and nobody else.
    place = ("host", "port")
    fields = (
        Field(name="sender", label="Address you send from", kind="email", hint="What customers see."),
        Field(name="sender_name", label="Name beside it", is_required=False, hint="Empty: the name of your business."),
        Field(name="user", label="User name", is_required=False, hint="Empty: the address above."),
        Field(name="password", label="Password", kind="secret", is_required=False),
        Field(name="host", label="Server", hint="Such as smtp.example.com."),
        Field(name="port", label="Port", kind="number"),
        Field(
            name="security",
            label="Encryption",
            kind="choice",
            choices=(("starttls", "STARTTLS"), ("tls", "TLS from the start"), ("none", "None")),
        ),
    )

    def environment(self) -> Settings | None:
        return environment()

    def prepare(self, typed: Settings) -> dict[str, str]:
        return {name: value if name == "password" else value.strip() for name, value in typed.items()}

    def check(self, settings: Settings) -> dict[str, str]:
        faults = {}
        if not _is_address(settings.get("sender", "")):
            faults["sender"] = "This email address is not complete. It looks like office@example.com."
        if not _is_host(settings.get("host", "")):
            faults["host"] = "Write the name of the server alone, such as smtp.example.com."
        if not settings.get("port", "").isdecimal() or not 0 < int(settings["port"]) < 65_536:
            faults["port"] = "A port is a number, mostly 587 or 465."
        if settings.get("security") not in SECURITIES:
            faults["security"] = "Choose how the connection is encrypted."
        if settings.get("user") and not settings.get("password"):
            faults["password"] = "Type the password, or leave the user name empty where none is needed."
        return faults or _too_open(settings)

    def test(self, settings: Settings, *, by: User, at: datetime) -> Outcome:
        """Send one email to whoever asks."""
        try:
            server = Server.of(settings)
            letter = compose_test(Sender.of(settings), server.host, to=by, at=at)
        except NotSent as error:
            raise TrialFailed(f"{error.reason}.") from error
        except (ValueError, IndexError) as error:
            raise TrialFailed(f"No email can be written from “{Sender.of(settings).address}” to {by.email}.") from error
        seconds = try_out(letter, server)
        return Outcome(says=f"Test email sent to {by.email} in {max(seconds, 0.1):.1f} s. Look whether it arrived.")

    def summary(self, settings: Settings) -> str:
        try:
            host = Server.of(settings).host
        except NotSent:
            host = "a server that cannot be read"
        return f"{Sender.of(settings).address} at {host}"

    def hooks(self) -> tuple[Hook, ...]:
        return ()


def _too_open(settings: Settings) -> dict[str, str]:
    in_the_clear = settings["security"] == "none" and settings.get("password")
    return {"security": IN_THE_CLEAR} if in_the_clear and not Server.of(settings).is_here else {}


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _is_host(text: str) -> bool:
    """A name or an address alone, as opposed to one with a scheme, a port or a space."""
    return bool(text) and text.isascii() and not set(text) & set("/@?# \t\\\"'") and (":" not in text or "::" in text)
