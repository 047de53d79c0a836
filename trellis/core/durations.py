"""How long something takes or may take: `5m`, `2h`, `6d`. Pure."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal, Self, get_args
from zoneinfo import ZoneInfo

Unit = Literal["m", "h", "d"]

_WORDS: dict[Unit, str] = {"m": "minute", "h": "hour", "d": "day"}
_MINUTES: dict[Unit, int] = {"m": 1, "h": 60, "d": 1440}
_LONGEST = 3660 * 1440
_FORM = re.compile(r"([0-9]{1,7})([mhd])")


@dataclass(frozen=True, slots=True)
class Duration:
    """A whole number of minutes, hours or days. Whether they are counted in open time is the caller's choice."""

    amount: int
    unit: Unit
    span: timedelta = field(init=False, repr=False, compare=False)
    """Its plain length, a day being 24 hours."""

    def __post_init__(self) -> None:
        if self.unit not in get_args(Unit):
            raise ValueError(f"A duration counts m, h or d, not “{self.unit}”.")
        if not 0 <= self.amount * _MINUTES[self.unit] <= _LONGEST:
            raise ValueError(f"A duration is between 0 and 3660 days; “{self}” is not.")
        object.__setattr__(self, "span", timedelta(minutes=self.amount * _MINUTES[self.unit]))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `5m`, `2h` or `6d`; ValueError says what to write instead."""
        match = _FORM.fullmatch(text)
        if match is None:
            raise ValueError(f"“{text}” is not a duration: write a whole number and m, h or d, such as 5m, 2h or 6d.")
        amount, unit = match.groups()
        return cls(int(amount), unit)  # type: ignore[arg-type]  # the pattern admits only the three units

    @property
    def in_words(self) -> str:
        """For people: "5 minutes", "1 day"."""
        return f"{self.amount} {_WORDS[self.unit]}{'' if self.amount == 1 else 's'}"

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"


def elapse(at: datetime, duration: Duration, zone: str) -> datetime:
    """Return the instant `duration` after `at`, open or not, in UTC. Days keep the local time of `zone` over DST.

    A local time that a spring skips moves on by the length of the gap, as RFC 5545 has it.
    """
    if duration.unit != "d" or duration.amount == 0:
        return at.astimezone(UTC) + duration.span
    local = at.astimezone(ZoneInfo(zone))
    return (local + duration.span).astimezone(UTC)
