"""The way out for email: each message becomes a letter and is handed to the configured server."""

import logging

from trellis.conversations.models import Channel, Message
from trellis.conversations.transports import NotSent, Receipt
from trellis.integrations.smtp.letter import Letter, compose
from trellis.integrations.smtp.outlet import Sender, outlet
from trellis.integrations.smtp.server import Server, hand_over

log = logging.getLogger(__name__)


class SmtpTransport:
    channel: str = Channel.EMAIL
    how_to_connect = (
        "Connect email under Settings. Or set TRELLIS_SMTP_URL to your mail server, such as "
        "smtp://user:password@mail.example.com:587, and TRELLIS_MAIL_FROM to the address you send from, then restart "
        "Trellis."
    )

    def is_connected(self) -> bool:
        return bool(outlet())

    def sender(self) -> str:
        return Sender.of(outlet()).address

    def send(self, message: Message) -> Receipt:
        chosen = outlet()
        if not chosen:
            raise NotSent("email is not connected any more")
        hand_over(_composed(message), Server.of(chosen))
        return Receipt()

    def look_up(self, message: Message) -> None:
        """A mail server cannot be asked what became of a message."""
        return


def _composed(message: Message) -> Letter:
    """A fault of ours in composing must not look like a letter that may have left."""
    try:
        return compose(message)
    except NotSent:
        raise
    except Exception as error:
        log.exception("Message %s could not be composed", message.id)
        raise NotSent(f"the email could not be composed: {type(error).__name__}") from error
