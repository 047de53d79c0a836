"""One delivery to a mail server, step by step, so that at each break we know whether it may have the letter."""

import ipaddress
import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote, urlsplit

from django.conf import settings

from trellis.conversations.transports import NotSent, Unreachable, Unsure
from trellis.integrations.smtp.letter import Letter

CONNECT_SECONDS = 10.0
REPLY_SECONDS = 30.0
ACCEPT_SECONDS = 120.0  # After the text: a server may check it for viruses before it answers.
NOT_OUR_TURN = (421, 454, 530, 534, 535, 538)  # Codes about us or the server, not about this letter.


@dataclass(frozen=True)
class Server:
    """Where to hand letters over: smtp://user:password@host:port, or smtps:// when encrypted from the start."""

    host: str
    port: int
    user: str
    password: str
    encrypted: bool

    @classmethod
    def at(cls, url: str) -> Self:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise Unreachable(f"TRELLIS_SMTP_URL cannot be read: {error}") from error
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise Unreachable("TRELLIS_SMTP_URL must look like smtp://user:password@host:port")
        encrypted = parts.scheme == "smtps"
        return cls(
            host=parts.hostname,
            port=port or (465 if encrypted else 587),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            encrypted=encrypted,
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
        connection = _connect(server)
    except (smtplib.SMTPException, OSError) as error:
        raise Unreachable(f"no connection to {server.host}: {_words(error)}") from error
    try:
        try:
            _introduce(connection, server)
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(f"{server.host} did not let us in: {_words(error)}") from error
        yield connection
    finally:
        connection.close()


def _connect(server: Server) -> smtplib.SMTP:
    name = _our_name()
    if server.encrypted:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, name, timeout=CONNECT_SECONDS, context=context)
    return smtplib.SMTP(server.host, server.port, name, timeout=CONNECT_SECONDS)


def _introduce(connection: smtplib.SMTP, server: Server) -> None:
    _wait_at_most(connection, REPLY_SECONDS)
    connection.ehlo_or_helo_if_needed()
    encrypted = server.encrypted
    if not encrypted and connection.has_extn("starttls"):
        connection.starttls(context=ssl.create_default_context())
        connection.ehlo_or_helo_if_needed()
        encrypted = True
    if server.user:
        if not encrypted and not server.is_here:
            raise Unreachable(f"{server.host} offers no encryption, so our password was not sent; use smtps://")
        connection.login(server.user, server.password)


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
        raise NotSent(f"the connection broke before the text was sent: {_words(error)}") from error


def _transmit(connection: smtplib.SMTP, content: bytes) -> None:
    """The text, then the dot that hands it over. A break before the dot is harmless, one after it is not."""
    try:
        connection.send(re.sub(rb"^\.", b"..", content, flags=re.MULTILINE))
    except (smtplib.SMTPException, OSError) as error:
        raise NotSent(f"the connection broke while the text was sent: {_words(error)}") from error
    try:
        _wait_at_most(connection, ACCEPT_SECONDS)
        connection.send(b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n")
        answer = connection.getreply()
    except (smtplib.SMTPException, OSError) as error:
        raise Unsure(f"the connection broke after the text was sent: {_words(error)}") from error
    _require(answer, "the letter")


def _require(answer: tuple[int, bytes], what: str, expected: tuple[int, ...] = (250, 251, 252)) -> None:
    code, says = answer
    if code in expected:
        return
    words = says.decode(errors="replace")
    if code in NOT_OUR_TURN:
        raise Unreachable(f"the mail server is not ready: {code} {words}")
    raise NotSent(f"the mail server refused {what}: {code} {words}", permanent=500 <= code < 600)


def _wait_at_most(connection: smtplib.SMTP, seconds: float) -> None:
    if connection.sock:
        connection.sock.settimeout(seconds)


def _our_name() -> str:
    """How we greet. Asking the network for it, as smtplib would, can take seconds."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    with suppress(ValueError):
        return f"[{ipaddress.ip_address(host)}]"
    return host


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        says = error.smtp_error
        return f"{error.smtp_code} {says.decode(errors='replace') if isinstance(says, bytes) else says}"
    return str(error) or type(error).__name__
