"""Everybody who reaches out to a demo business, read from its file; `storm-and-repair.yaml` says what a line means."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from trellis.config.demo.company import Company, told_of
from trellis.core.durations import Duration

# What may stand in a story told act by act.
ACTS = (
    "they", "we", "call", "tried", "missed", "know", "do", "no_show", "give", "move", "park", "lose", "won",
)  # fmt: skip
# Fictitious numbers end in 0100 to 0199; the first is ours.
FIRST_NUMBER = 101


@dataclass(frozen=True, kw_only=True)
class Step:
    """What a person planned: `when` is "+14m" from now, "today", "tomorrow", "later" or "in 21d"."""

    kind: str
    title: str
    when: str
    why: str = ""

    @property
    def minutes_from_now(self) -> int | None:
        """For a step at a given minute; None for one that gets a place in a day."""
        return int(self.when.removesuffix("m")) if self.when[0] in "+-" else None

    @property
    def days_from_now(self) -> int | None:
        """For a step on a given day."""
        return int(self.when.removeprefix("in ").removesuffix("d")) if self.when.startswith("in ") else None


@dataclass(frozen=True, kw_only=True)
class Act:
    """One act of a story told act by act: so many minutes of working time ago somebody did this."""

    ago: int
    kind: str
    said: Any
    more: Mapping[str, Any]

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """`{ago: 10h 23m, call: "Leak is over the island", seconds: 400}`"""
        kind, said = next((name, value) for name, value in told.items() if name in ACTS)
        more = {name: value for name, value in told.items() if name not in ("ago", kind)}
        return cls(ago=minutes(told["ago"]), kind=kind, said=said, more=more)


def minutes(text: str) -> int:
    """How many minutes "10h 23m" are."""
    return sum(int(Duration.parse(part).span.total_seconds()) // 60 for part in text.split())


@dataclass(frozen=True, kw_only=True)
class Neighbor:
    """One person: how they came, what was said, and where they stand now. `just` and `answered` are seconds."""

    name: str
    email: str
    phone: str
    stands: str
    place: str = ""
    way: str = "form"
    words: str = ""
    note: str = ""
    page: str = ""
    found: str = ""
    by: str = ""
    trap: str = ""
    seconds: float | None = None
    just: int = 0
    came: int = 0
    done: int = 0
    evening: bool = False
    tries: int = 0
    late: int = 0
    answered: int = 0
    writes: str = ""
    tags: tuple[str, ...] = ()
    worth: int = 0
    acts: tuple[Act, ...] = ()
    planned: int = 0
    reply: str = ""
    known: Mapping[str, str] = field(default_factory=dict)
    call: str | None = None
    talk: tuple[tuple[str, str], ...] = ()
    last: str = ""
    last_ago: int = 0
    after: str = ""
    owner: str = ""
    step: Step | None = None
    rest: tuple[int, str] | None = None
    close: tuple[str, str] | None = None

    @classmethod
    def read(cls, stands: str, phone: str, told: Mapping[str, Any]) -> Self:
        word = re.sub(r"[^a-z]+", ".", told["name"].lower()).strip(".")
        given: dict[str, Any] = {
            "email": f"{word}@example.com",
            "phone": phone,
            "stands": stands,
            **told,
        }
        for name in ("came", "done", "last_ago", "planned"):
            if name in given:
                given[name] = minutes(given[name])
        given["answered"] = int(str(given.get("answered", 0)).removesuffix("s"))
        given["tags"] = tuple(given.get("tags", ()))
        given["acts"] = tuple(Act.read(act) for act in given.get("acts", ()))
        for name in ("rest", "close"):
            if name in given:
                given[name] = tuple(given[name])
        if "step" in given:
            given["step"] = Step(**dict(zip(("kind", "title", "when", "why"), given["step"], strict=False)))
        given["talk"] = tuple(pair for said in given.get("talk", ()) for pair in said.items())
        return cls(**given)


def neighbors(company: Company) -> list[Neighbor]:
    """All of them, each with a number of their own, in the order of the file."""
    groups = told_of(company.playbook).items()
    told = [(stands, one) for stands, group in groups if stands != "business" for one in group]
    return [
        Neighbor.read(stands, company.number_of(number), one) for number, (stands, one) in enumerate(told, FIRST_NUMBER)
    ]
