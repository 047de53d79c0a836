"""A way out that may fail in every way there is, and remembers whatever reached the outside."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from trellis.conversations import transports
from trellis.conversations.models import Message
from trellis.conversations.transports import NotSent, Receipt, Unreachable, Unsure


class Killed(BaseException):
    """The process is gone in the middle of its work: nothing catches this."""


class Postman:
    """Carries one channel. `mood` says how the next calls end; `found` what the outside answers when it is asked."""

    how_to_connect = "Hire a postman."
    moods = ("fine", "not now", "never", "unreachable", "unsure", "broken", "killed before", "killed after")

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self.mood = "fine"
        self.connected = True
        self.can_be_asked = False
        self.carried: Counter[str] = Counter()
        self.said: Counter[tuple[object, ...]] = Counter()

    def is_connected(self) -> bool:
        return self.connected

    def send(self, message: Message) -> Receipt:
        if self.mood == "killed before":
            raise Killed
        if failure := self.failures().get(self.mood):
            raise failure
        self.carried[str(message.pk)] += 1
        self.said[self.key(message)] += 1
        if self.mood == "killed after":
            raise Killed
        if self.mood == "unsure":
            raise Unsure("the line broke")
        return Receipt(f"P{sum(self.carried.values())}")

    def failures(self) -> dict[str, Exception]:
        return {
            "not now": NotSent("busy"),
            "never": NotSent("no such address", permanent=True),
            "unreachable": Unreachable("nobody answers"),
            "broken": RuntimeError("a bug in the transport"),
        }

    def key(self, message: Message) -> tuple[object, ...]:
        """What must never reach anybody twice: a rule's message of an episode, or a person's own."""
        if message.rule_id:
            return (message.journey_id, message.rule_id, message.episode, message.recipient)
        return (message.pk,)

    def look_up(self, message: Message) -> Receipt | None:
        if not self.can_be_asked:
            return None
        if self.carried[str(message.pk)]:
            return Receipt("found")
        raise NotSent("we never got it")


@contextmanager
def hired() -> Iterator[dict[str, Postman]]:
    """Postmen for both channels, in place of whatever is connected."""
    before = dict(transports._transports)
    postmen = {channel: Postman(channel) for channel in ("email", "sms")}
    for postman in postmen.values():
        transports.register(postman)
    try:
        yield postmen
    finally:
        transports._transports.clear()
        transports._transports.update(before)
