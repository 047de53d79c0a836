"""A way out that leads nowhere: while the demo is planted, its messages are handed over in memory."""

from collections.abc import Iterator
from contextlib import contextmanager

from trellis.conversations import transports
from trellis.conversations.models import Channel, Message
from trellis.conversations.transports import Receipt


class SampleTransport:
    """Takes every message while it is open."""

    for_samples = True
    how_to_connect = "Nothing to connect: the demo keeps its messages to itself."

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self.is_open = True

    def is_connected(self) -> bool:
        return self.is_open

    def send(self, message: Message) -> Receipt:
        return Receipt(f"sample-{message.pk}")

    def look_up(self, message: Message) -> Receipt | None:
        return self.send(message)


@contextmanager
def nothing_leaves() -> Iterator[None]:
    """Within, no message reaches the outside, whatever is connected."""
    usual = [transports.transport_for(channel) for channel in Channel.values]
    samples = [SampleTransport(channel) for channel in Channel.values]
    for sample in samples:
        transports.register(sample)
    try:
        yield
    finally:
        for sample in samples:
            sample.is_open = False
        for transport in filter(None, usual):
            transports.register(transport)
