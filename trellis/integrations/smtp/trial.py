"""A test email, sent for real, step by step: where it fails, one sentence says what, why and what to do."""

import smtplib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from trellis.conversations.connections import TrialFailed
from trellis.integrations.smtp.letter import Letter
from trellis.integrations.smtp.presets import note_for
from trellis.integrations.smtp.server import Server, connect, wait_at_most, words_of

SECONDS = 10.0
FOR_ONE_ADDRESS = 5.0  # A name may stand for several addresses, which are tried one after the other.
LATER, ELSEWHERE = "Try again in a few minutes.", "Ask your provider, or use another address."
WANTS_A_LOGIN = (530, 550, 551, 553, 554)
Answer = tuple[int, bytes]


def try_out(letter: Letter, server: Server) -> float:
    """Hand the test email to the server; how many seconds it took. Raises TrialFailed."""
    began = time.monotonic()
    trial = Trial(server, began + SECONDS)
    with trial.connected() as connection:
        trial.encrypt(connection)
        trial.log_in(connection)
        trial.send(connection, letter)
    return time.monotonic() - began


class Trial:
    """One try at one server, over by `end` (of the monotonic clock)."""

    def __init__(self, server: Server, end: float) -> None:
        self.server = server
        self.end = end

    @contextmanager
    def connected(self) -> Iterator[smtplib.SMTP]:
        server = self.server
        try:
            connection = connect(server, min(FOR_ONE_ADDRESS, SECONDS))
        except socket.gaierror:
            raise TrialFailed(f"No server is called “{server.host}”. Check how it is spelled.", "host") from None
        except ConnectionRefusedError:
            says = f"{server.host} takes no connection on port {server.port}. "
            raise TrialFailed(says + "Try 587 with STARTTLS, or 465 with TLS.", "port") from None
        except ssl.SSLError as error:
            raise self._no_tls(error) from None
        except (smtplib.SMTPException, OSError) as error:
            if is_silence(error):
                raise self._silent() from None
            says = f"{server.host} could not be reached on port {server.port}: {self._words(error)}. "
            raise TrialFailed(says + "Check the server’s name and the port.", "host") from None
        try:
            yield connection
        finally:
            connection.close()

    def encrypt(self, connection: smtplib.SMTP) -> None:
        server = self.server
        with self._step(connection):
            connection.ehlo_or_helo_if_needed()
            if server.security in ("tls", "none"):
                return
            if connection.has_extn("starttls"):
                connection.starttls(context=ssl.create_default_context())
                connection.ehlo_or_helo_if_needed()
            elif server.security == "starttls":
                says = f"{server.host} does not offer STARTTLS on port {server.port}, so nothing was sent. "
                raise TrialFailed(says + "Choose TLS with port 465, or ask your provider.", "security")

    def log_in(self, connection: smtplib.SMTP) -> None:
        server = self.server
        if not server.user:
            return
        with self._step(connection):
            try:
                connection.login(server.user, server.password)
            except smtplib.SMTPNotSupportedError:
                says = f"{server.host} takes no user name and password on port {server.port}. "
                raise TrialFailed(says + "Use the port your provider gives, or leave both empty.", "user") from None
            except smtplib.SMTPAuthenticationError as error:
                advice = note_for(server.host) or "Check both; many providers want an app password here."
                says = f"{server.host} did not accept this user name and password ({self._words(error)}). "
                raise TrialFailed(says + advice, "password") from None

    def send(self, connection: smtplib.SMTP, letter: Letter) -> None:
        server = self.server
        with self._step(connection):
            self._take(connection.mail(letter.sender), f"that you send as {letter.sender}", "sender")
            self._take(connection.rcpt(letter.recipient), f"an email to {letter.recipient}", "")
            code, words = self._transmit(connection, letter)
            if code != 250:
                says = f"{server.host} refused the test email: {self._said(code, words)}. "
                raise TrialFailed(says + (LATER if code < 500 else ELSEWHERE))
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()

    def _transmit(self, connection: smtplib.SMTP, letter: Letter) -> Answer:
        try:
            return connection.data(letter.content)
        except smtplib.SMTPDataError as error:
            words = error.smtp_error
            return error.smtp_code, words if isinstance(words, bytes) else words.encode()

    def _take(self, answer: Answer, what: str, field: str) -> None:
        code, words = answer
        if code in (250, 251):
            return
        host, said = self.server.host, self._said(code, words)
        if code in WANTS_A_LOGIN and not self.server.user:
            says = f"{host} lets nobody send without logging in ({said}). "
            raise TrialFailed(says + "Fill in the user name and the password.", "password")
        fix = "Use an address of this account, or have yours verified there." if field else ELSEWHERE
        raise TrialFailed(f"{host} does not accept {what}: {said}. {LATER if code < 500 else fix}", field)

    @contextmanager
    def _step(self, connection: smtplib.SMTP) -> Iterator[None]:
        """Within the time that is left; a break in between is told."""
        wait_at_most(connection, max(self.end - time.monotonic(), 0.1))
        try:
            yield
        except ssl.SSLError as error:
            raise self._no_tls(error) from None
        except (smtplib.SMTPException, OSError) as error:
            if is_silence(error):
                raise self._silent() from None
            what = "ended the connection"
            if not isinstance(error, smtplib.SMTPServerDisconnected):
                what = f"answered with something unexpected: {self._words(error)}"
            raise TrialFailed(
                f"{self.server.host} {what}. Check port and encryption, then try again.", "port"
            ) from None

    def _silent(self) -> TrialFailed:
        server = self.server
        says = f"{server.host} did not answer on port {server.port} within {SECONDS:.0f} seconds. "
        if server.port == 465 and server.security != "tls":
            return TrialFailed(says + "Port 465 wants TLS from the start: choose TLS.", "security")
        return TrialFailed(says + "Check name and port, and that no firewall is in the way.", "port")

    def _no_tls(self, error: ssl.SSLError) -> TrialFailed:
        server = self.server
        if isinstance(error, ssl.SSLCertVerificationError):
            says = f"The certificate of {server.host} cannot be trusted ({error.verify_message}), so nothing was sent. "
            return TrialFailed(says + "Use the server name that your provider gives.", "host")
        says = f"{server.host} does not speak TLS from the start on port {server.port}. "
        return TrialFailed(says + "Choose STARTTLS with port 587, or TLS with port 465.", "security")

    def _said(self, code: int, words: bytes) -> str:
        return self._clean(f"{code} {words.decode(errors='replace')}")

    def _words(self, error: Exception) -> str:
        return self._clean(words_of(error))

    def _clean(self, words: str) -> str:
        """A server's own words in one line, never with what we told it in confidence."""
        if self.server.password and self.server.password in words:
            return words[:3]
        line = " ".join("".join(letter if letter.isprintable() else " " for letter in words).split())
        return line[:160].rstrip(" .")


def is_silence(error: Exception) -> bool:
    """It took too long. The standard library tells some of these as a connection that was closed."""
    is_closed = isinstance(error, smtplib.SMTPServerDisconnected)
    return isinstance(error, TimeoutError) or (is_closed and "timed out" in str(error))
