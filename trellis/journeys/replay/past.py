"""What really happened to one journey, as the log has it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from trellis.events.catalogue import Fact
from trellis.journeys.engine.state import Customer


@dataclass(frozen=True)
class Decided:
    """One decision as it was stored: the rule, whether it acted, and why."""

    rule_id: str
    did: bool
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Happened:
    """A fact that the engine was told.

    `parts` is what it used of the world then (`World.record`), `version` that of the playbook, where a decision tells.
    """

    at: datetime
    fact: Fact
    decided: Sequence[Decided] = ()
    parts: Mapping[str, Any] = field(default_factory=dict)
    version: int | None = None


@dataclass(frozen=True, kw_only=True)
class SetTask:
    """A task that was set, with the id under which facts name it."""

    id: str
    kind: str
    title: str
    due_at: datetime
    rule_id: str
    set_at: datetime


@dataclass(frozen=True, kw_only=True)
class Past:
    """One journey from its first signal on. `customer` is who they are as far as we know today, `version` the last."""

    id: str
    title: str
    version: int
    customer: Customer
    happened: Sequence[Happened]
    tasks: Sequence[SetTask] = ()
