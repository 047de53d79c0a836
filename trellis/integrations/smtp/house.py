"""Letters of Trellis to the people who work here, by the same server as those to customers."""

from email.errors import MessageError

from trellis.conversations.transports import NotSent, Unsure
from trellis.integrations.smtp.letter import compose_plain
from trellis.integrations.smtp.outlet import Sender, outlet
from trellis.integrations.smtp.server import Server, hand_over
from trellis.web.letters import PlainLetter, Undelivered


class HouseOutlet:
    def is_connected(self) -> bool:
        return bool(outlet())

    def send(self, letter: PlainLetter) -> None:
        chosen = outlet()
        if not chosen:
            raise Undelivered("email is not connected")
        try:
            hand_over(compose_plain(Sender.of(chosen), letter), Server.of(chosen))
        except (NotSent, Unsure) as error:
            raise Undelivered(error.reason) from error
        except (MessageError, ValueError, IndexError) as error:
            raise Undelivered(f"no email can be written to {letter.address}") from error
