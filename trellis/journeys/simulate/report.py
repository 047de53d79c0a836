"""What a run found, as frozen values. Lengths of time are seconds, shares between 0 and 1. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Spread:
    """How values are spread; all 0 without any. `p90` is the smallest that nine in ten do not exceed."""

    count: int
    mean: float
    p50: float
    p90: float
    p95: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        found = sorted(values) or [0.0]
        p50, p90, p95 = (rank(found, share) for share in (50, 90, 95))
        mean = sum(found) / len(found)
        return cls(count=len(values), mean=mean, p50=p50, p90=p90, p95=p95, most=found[-1])


def rank(found: Sequence[float], percent: int) -> float:
    """The value at this percentile of sorted values, by the nearest rank."""
    return found[max(0, -(-len(found) * percent // 100) - 1)]


@dataclass(frozen=True, kw_only=True)
class FirstResponse:
    """From reaching out to our first word, for those who got one. `working` counts the playbook's hours only.

    `in_promise` is the share of those whose promise was kept or whose time has run out; None when nothing is promised.
    `curve` holds 101 working times: those that 0 to 100 of a hundred answered leads did not exceed.
    """

    answered: int
    unanswered: int
    working: Spread
    by_clock: Spread
    promised: str
    in_promise: float | None
    late: int
    curve: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Promise:
    """One limit of the playbook: how often it was timed, and how often it was broken."""

    id: str
    stage: str
    clock: str
    within: str
    timed: int
    broken: int


@dataclass(frozen=True, kw_only=True)
class Load:
    """One person. `busy` and `there` are hours of work and of duty for each of the 168 hours of a week from Monday."""

    person: str
    teams: tuple[str, ...]
    steps: int
    waiting: int
    busy: tuple[float, ...]
    there: tuple[float, ...]

    @property
    def used(self) -> float:
        """The share of their time on duty that was work; above 1 with overtime."""
        return sum(self.busy) / sum(self.there) if sum(self.there) else 0.0


@dataclass(frozen=True, kw_only=True)
class StageFlow:
    """How many reached a stage, and how those stand who went no further."""

    key: str
    title: str
    reached: int
    open: int
    parked: int
    lost: int
    won: int


@dataclass(frozen=True, kw_only=True)
class Loss:
    """Journeys that are parked or closed as lost at the end, by stage and cause."""

    stage: str
    how: str
    cause: str
    leads: int


@dataclass(frozen=True, kw_only=True)
class Touches:
    """What reached out to a lead: everything, and how much of it the machine sent."""

    all: Spread
    automatic: Spread


@dataclass(frozen=True, kw_only=True)
class Books:
    """Little's law, from two ledgers: leads open on average, leads a day, and the days each was open."""

    open_on_average: float
    leads_a_day: float
    days_open: float


@dataclass(frozen=True, kw_only=True)
class Breaking:
    """The arrival rate at which the promise breaks: leads a week, with a 95% interval over runs with other luck.

    `per_week` is None when no rate was found; `reason` says why in a sentence.
    """

    promised: float
    per_week: float | None
    low: float | None = None
    high: float | None = None
    runs: int = 0
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Report:
    """`days` is how long the run was; less than `days_planned` when it was stopped."""

    playbook: str
    title: str
    seed: int
    days_planned: int
    days: float
    leads: int
    decisions: int
    open: int
    parked: int
    closed: int
    first_response: FirstResponse
    promises: tuple[Promise, ...]
    touches: Touches
    load: tuple[Load, ...]
    stages: tuple[StageFlow, ...]
    losses: tuple[Loss, ...]
    books: Books
    breaking: Breaking | None = None

    @property
    def was_stopped(self) -> bool:
        return self.days < self.days_planned

    def as_json(self) -> Mapping[str, Any]:
        """Plain JSON types; numbers to six digits, so that they are the same on every machine."""
        told = asdict(self) | {"stopped_early": self.was_stopped}
        for load, said in zip(self.load, told["load"], strict=True):
            said["used"] = load.used
        return {name: rounded(value) for name, value in told.items()}


def rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {name: rounded(part) for name, part in value.items()}
    return [rounded(part) for part in value] if isinstance(value, list | tuple) else value
