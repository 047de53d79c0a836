"""The ways to the outside that a person sets up on screen: what each asks for, how it is tested, what is in use.

An integration implements `Connector` and registers it in its AppConfig. What the server's environment sets wins over
what was typed. Every process knows of a new connection within two seconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from trellis.conversations.models import Connection
from trellis.core.memory import keep
from trellis.core.refusal import Refused
from trellis.core.sealing import Unreadable, unseal
from trellis.team.models import User

Settings = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Field:
    """One thing that a connection asks for.

    A secret is never shown again: left empty, the stored one is kept. What is only `for_the_test` is not stored.
    """

    name: str
    label: str
    hint: str = ""
    kind: Literal["text", "email", "number", "choice", "check", "secret"] = "text"
    choices: tuple[tuple[str, str], ...] = ()
    is_required: bool = True
    for_the_test: bool = False

    @property
    def is_secret(self) -> bool:
        return self.kind == "secret"


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A well-known provider: what it fills in, and which password it wants."""

    key: str
    title: str
    values: Settings
    note: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A test that went well: what happened, and what is still to be done elsewhere."""

    says: str
    advice: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Hook:
    """An address of ours that the service must be told to call."""

    label: str
    address: str


class TrialFailed(Refused):
    """The outside said no: what, why and the fix in one sentence. `field` is the one to mend, where it is one."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__("trial_failed", sentence)
        self.field = field


class Connector(Protocol):
    """One service. `channel` is what it brings out, `place` the fields that decide where its secrets are sent."""

    @property
    def key(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def fields(self) -> Sequence[Field]: ...
    @property
    def presets(self) -> Sequence[Preset]: ...
    @property
    def place(self) -> Sequence[str]: ...

    def environment(self) -> Settings | None:
        """What the server's environment sets, None where it does not set all that is needed."""
        ...

    def prepare(self, typed: Settings) -> dict[str, str]:
        """What was typed, as it is used: a phone number with its country, no spaces around a name."""
        ...

    def check(self, settings: Settings) -> dict[str, str]:
        """What can be seen to be wrong before anything is tried, a sentence for each field."""
        ...

    def test(self, settings: Settings, *, by: User, at: datetime) -> Outcome:
        """Try it for real, in about ten seconds at most. Raises TrialFailed."""
        ...

    def summary(self, settings: Settings) -> str:
        """Where it is connected to, without any secret."""
        ...

    def hooks(self) -> Sequence[Hook]: ...


_connectors: dict[str, Connector] = {}


def register(connector: Connector) -> None:
    """Let it be set up on screen. Called from `AppConfig.ready`."""
    _connectors[connector.key] = connector


def connector_for(key: str) -> Connector | None:
    return _connectors.get(key)


def settings_of(key: str) -> Settings:
    """What is in use for a connector: of the environment, else what was stored; empty when it is not connected."""
    connector = connector_for(key)
    return (connector.environment() if connector else None) or stored(key)


def stored(key: str) -> Settings:
    """What was typed and is in use, at most two seconds old. Sealed under another secret key, it is of no use."""
    return keep("connections", _read).get(key, {})


def _read() -> dict[str, Settings]:
    found = {}
    for connection in Connection.objects.filter(disconnected_at=None):
        try:
            found[connection.key] = unseal(connection.sealed)
        except Unreadable:
            continue
    return found
