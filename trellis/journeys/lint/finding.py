"""What the linter says: a finding, and the story that proves it. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from trellis.events.catalogue import Fact
from trellis.journeys.engine.state import Customer
from trellis.journeys.lint.people import fresh
from trellis.journeys.lint.telling import told
from trellis.journeys.playbook.schema import Playbook
from trellis.journeys.rehearsal.roster import Roster
from trellis.journeys.rehearsal.walk import Walk

Path = tuple[str | int, ...]
# Line and column, from 1, of the deepest part of a path that the text has.
Positions = Callable[[Path], tuple[int, int]]
Severity = Literal["error", "warning"]


def nowhere(path: Path) -> tuple[int, int]:
    """A playbook without its text has no lines."""
    return 1, 1


@dataclass(frozen=True, kw_only=True)
class Counterexample:
    """A story that can be replayed: what happened and when, the first signal first; `ends` says what is bad then."""

    customer: Customer
    facts: tuple[tuple[datetime, Fact], ...]
    ends: str
    zone: str

    @property
    def kind(self) -> str:
        """The kind of signal that it starts with."""
        return self.facts[0][1].trigger

    @property
    def starts_at(self) -> datetime:
        """In the business's own time."""
        return self.facts[0][0].astimezone(ZoneInfo(self.zone))

    def replay(self, playbook: Playbook, roster: Roster) -> Walk:
        """The same story told to the engine again."""
        walk = Walk(playbook, fresh(roster), self.customer, self.facts[0][0])
        for at, fact in self.facts:
            walk.tell(fact, at=at)
        return walk

    def __str__(self) -> str:
        """“lead arrives Sat 21:40 -> … -> nobody is on duty”."""
        return " -> ".join([*told(self.facts, self.zone), self.ends])

    def as_json(self) -> dict[str, Any]:
        steps = [{"at": at.isoformat(), "fact": fact.key, **fact.payload()} for at, fact in self.facts]
        return {"kind": self.kind, "starts_at": self.starts_at.isoformat(), "steps": steps, "says": str(self)}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong, in a sentence for whoever answers for the playbook, with what mends it.

    `message` is the key of the message whose words are to be changed.
    """

    code: str
    severity: Severity
    sentence: str
    fix: str
    line: int = 1
    column: int = 1
    stage: str = ""
    rule_id: str = ""
    message: str = ""
    path: Counterexample | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        plain = {name: getattr(self, name) for name in FIELDS}
        return plain | {"path": self.path.as_json() if self.path else None}

    def __str__(self) -> str:
        place = f"line {self.line}, column {self.column}"
        return f"{place}: {self.severity} {self.code}: {self.sentence} {self.fix}"


FIELDS = ("code", "severity", "line", "column", "stage", "rule_id", "message", "sentence", "fix")


def errors(findings: Sequence[Finding]) -> list[Finding]:
    """What keeps a playbook from being published."""
    return [finding for finding in findings if finding.severity == "error"]
