"""One delivery to a mail server, step by step, so that at each break we know whether it may have the letter."""

import ipaddress
import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal, Self
from urllib.parse import unquote, urlsplit

from django.conf import settings

from trellis.conversations.connections import Settings
from trellis.conversations.transports import NotSent, Unreachable, Unsure
from trellis.integrations.smtp.letter import Letter

CONNECT_SECONDS = 10.0
REPLY_SECONDS = 30.0
ACCEPT_SECONDS = 120.0  # After the text: a server may check it for viruses before it answers.
Security = Literal["tls", "starttls", "offered", "none"]
SECURITIES: dict[str, Security] = {"tls": "tls", "starttls": "starttls", "none": "none"}  # What a person may choose.
NOT_OUR_TURN = (421, 454, 530, 534, 535, 538)  # Codes about us or the server, not about this letter.


@dataclass(frozen=True)
class Server:
    """Where to hand letters over, and how they are encrypted on their way.

    "tls" is from the start, "starttls" always, "offered" where the server offers STARTTLS, "none" never.
    """

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    security: Security

    @classmethod
    def at(cls, url: str) -> Self:
        """Read smtp://user:password@host:port, or smtps:// when encrypted from the start."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            # Not with Python's own words: they may hold a part of the password.
            raise Unreachable("TRELLIS_SMTP_URL cannot be read: write special letters of the password as %XX") from None
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise Unreachable("TRELLIS_SMTP_URL must look like smtp://user:password@host:port")
        encrypted = parts.scheme == "smtps"
        return cls(
            host=parts.hostname,
            port=port or (465 if encrypted else 587),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            security="tls" if encrypted else "offered",
        )

    @classmethod
    def of(cls, chosen: Settings) -> Self:
        """From what the environment or a person set. With a password alone, the sender is who logs in."""
        if "url" in chosen:
            return cls.at(chosen["url"])
        password = chosen.get("password", "")
        return cls(
            host=chosen["host"],
            port=int(chosen["port"]),
            user=(chosen.get("user") or chosen["sender"]) if password else "",
            password=password,
            security=SECURITIES[chosen["security"]],
        )

    @property
    def is_here(self) -> bool:
        """On this machine: what is said to it crosses no network."""
        with suppress(ValueError):
            return ipaddress.ip_address(self.host).is_loopback
        return self.host == "localhost"


def hand_over(letter: Letter, server: Server) -> None:
    """Returns once the server has accepted the letter. Raises NotSent, Unreachable or Unsure."""
    with _connection(server) as connection:
        _address(connection, letter)
        _transmit(connection, letter.content)
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()


@contextmanager
def _connection(server: Server) -> Iterator[smtplib.SMTP]:
    """A greeted, encrypted where possible, logged-in connection, closed in any case."""
    try:
        connection = connect(server)
    except (smtplib.SMTPException, OSError) as error:
        raise Unreachable(f"no connection to {server.host}: {words_of(error)}") from error
    try:
        try:
            _introduce(connection, server)
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(f"{server.host} did not let us in: {words_of(error)}") from error
        yield connection
    finally:
        connection.close()


def connect(server: Server, seconds: float = CONNECT_SECONDS) -> smtplib.SMTP:
    name = _our_name()
    if server.security == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, name, timeout=seconds, context=context)
    return smtplib.SMTP(server.host, server.port, name, timeout=seconds)


def _introduce(connection: smtplib.SMTP, server: Server) -> None:
    wait_at_most(connection, REPLY_SECONDS)
    connection.ehlo_or_helo_if_needed()
    encrypted = _encrypt(connection, server)
    if server.user:
        if not encrypted and not server.is_here:
            raise Unreachable(f"{server.host} offers no encryption, so our password was not sent; use TLS (smtps://)")
        connection.login(server.user, server.password)


def _encrypt(connection: smtplib.SMTP, server: Server) -> bool:
    """Encrypt the connection as agreed; whether it now is."""
    if server.security in ("tls", "none"):
        return server.security == "tls"
    if connection.has_extn("starttls"):
        connection.starttls(context=ssl.create_default_context())
        connection.ehlo_or_helo_if_needed()
        return True
    if server.security == "starttls":
        raise Unreachable(f"{server.host} does not offer STARTTLS, so nothing was sent")
    return False


def _address(connection: smtplib.SMTP, letter: Letter) -> None:
    """Sender and recipient. Until the text follows, any break means that nothing was sent."""
    options = ["SMTPUTF8", "BODY=8BITMIME"] if letter.is_international else []
    if options and not connection.has_extn("smtputf8"):
        raise NotSent("the mail server cannot send to addresses with such letters", permanent=True)
    try:
        _require(connection.mail(letter.sender, options), "the sender")
        _require(connection.rcpt(letter.recipient), "the recipient")
        _require(connection.docmd("DATA"), "the letter", expected=(354,))
    except (smtplib.SMTPException, OSError) as error:
        raise NotSent(f"the connection broke before the text was sent: {words_of(error)}") from error


def _transmit(connection: smtplib.SMTP, content: bytes) -> None:
    """The text, then the dot that hands it over. A break before the dot is harmless, one after it is not."""
    try:
        connection.send(re.sub(rb"^\.", b"..", content, flags=re.MULTILINE))
    except (smtplib.SMTPException, OSError) as error:
        raise NotSent(f"the connection broke while the text was sent: {words_of(error)}") from error
    try:
        wait_at_most(connection, ACCEPT_SECONDS)
        connection.send(b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n")
        answer = connection.getreply()
    except (smtplib.SMTPException, OSError) as error:
        raise Unsure(f"the connection broke after the text was sent: {words_of(error)}") from error
    _require(answer, "the letter")


def _require(answer: tuple[int, bytes], what: str, expected: tuple[int, ...] = (250, 251, 252)) -> None:
    code, says = answer
    if code in expected:
        return
    words = says.decode(errors="replace")
    if code in NOT_OUR_TURN:
        raise Unreachable(f"the mail server is not ready: {code} {words}")
    raise NotSent(f"the mail server refused {what}: {code} {words}", permanent=500 <= code < 600)


def wait_at_most(connection: smtplib.SMTP, seconds: float) -> None:
    if connection.sock:
        connection.sock.settimeout(seconds)


def _our_name() -> str:
    """How we greet. Asking the network for it, as smtplib would, can take seconds."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    with suppress(ValueError):
        return f"[{ipaddress.ip_address(host)}]"
    return host


def words_of(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        says = error.smtp_error
        return f"{error.smtp_code} {says.decode(errors='replace') if isinstance(says, bytes) else says}"
    return str(error) or type(error).__name__
