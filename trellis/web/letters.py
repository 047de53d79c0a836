"""The port through which Trellis itself writes to the people who work here: a link to a new password, an invitation.

An integration implements `Outlet` and registers it in its AppConfig.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from threading import Thread
from typing import Protocol

log = logging.getLogger(__name__)


class Undelivered(Exception):
    """It did not leave. `reason` says why, for whoever can mend it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class PlainLetter:
    name: str
    address: str
    subject: str
    text: str
    at: datetime


class Outlet(Protocol):
    def is_connected(self) -> bool: ...

    def send(self, letter: PlainLetter) -> None:
        """Hand it to the outside. Raises Undelivered."""
        ...


_outlets: list[Outlet] = []


def register(outlet: Outlet) -> None:
    """Let letters leave by this. Called from `AppConfig.ready`."""
    _outlets[:] = [outlet]


def can_leave() -> bool:
    return bool(_outlets) and _outlets[0].is_connected()


def send(letter: PlainLetter) -> None:
    """Raises Undelivered, also where nothing is connected."""
    if not can_leave():
        raise Undelivered("email is not connected")
    _outlets[0].send(letter)


def send_unseen(letter: PlainLetter) -> None:
    """Send it beside the request: how long an answer takes must not tell strangers whose addresses we know."""
    Thread(target=_send_and_log, args=[letter], daemon=True).start()


def _send_and_log(letter: PlainLetter) -> None:
    try:
        send(letter)
    except Undelivered as error:
        log.warning("A letter to somebody who works here did not leave: %s", error.reason)
    except Exception:
        log.exception("A letter to somebody who works here did not leave")
