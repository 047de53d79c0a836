"""The port through which messages leave. An integration implements `Transport` and registers it in its AppConfig."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from trellis.conversations.models import Message


@dataclass(frozen=True)
class Receipt:
    """The outside has the message. `provider_id` is its name for it, empty when it gives none."""

    provider_id: str = ""


class NotSent(Exception):
    """The outside certainly does not have the message. Tried again later unless `permanent`."""

    def __init__(self, reason: str, *, permanent: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent


class Unreachable(NotSent):
    """The outside did not even answer: the others in this batch would fare no better and are put off with it."""


class Unsure(Exception):
    """The call broke off where the outside may have taken the message already."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Transport(Protocol):
    """One way out for one channel. `how_to_connect` is a sentence for the person who sees messages kept here."""

    channel: str
    how_to_connect: str

    def is_connected(self) -> bool: ...

    def send(self, message: Message) -> Receipt:
        """Hand the message over. Raises NotSent or Unsure; any other error counts as Unsure."""
        ...

    def look_up(self, message: Message) -> Receipt | None:
        """Ask what became of a message that was being sent.

        Receipt: the outside has it. NotSent: it never got it. Unsure: it cannot answer now. None: nobody can say.
        """
        ...


_transports: dict[str, Transport] = {}


def register(transport: Transport) -> None:
    """Make this the way out for its channel. Called from `AppConfig.ready`."""
    _transports[transport.channel] = transport


def transport_for(channel: str) -> Transport | None:
    """The channel's way out, None when no integration offers one."""
    return _transports.get(channel)


def is_connected(channel: str) -> bool:
    transport = transport_for(channel)
    return transport is not None and transport.is_connected()


def is_for_samples(channel: str) -> bool:
    """Whether this way out leads nowhere (`for_samples`), so that messages to sample customers may take it."""
    return getattr(transport_for(channel), "for_samples", False)


def sender_on(channel: str) -> str:
    """The address that customers see our messages come from; empty where the way out has none (`sender`)."""
    sender: Callable[[], str] | None = getattr(transport_for(channel), "sender", None)
    return sender() if sender else ""


def connected_channels() -> list[str]:
    return [channel for channel in _transports if is_connected(channel)]
