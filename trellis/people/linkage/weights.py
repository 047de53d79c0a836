"""How much each answer says for or against one person: the weights of Fellegi and Sunter. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import log2
from typing import Any, Self

from trellis.people.linkage.comparisons import (
    LOCAL,
    NEAR,
    OTHER,
    SAME,
    SHORT,
    SOME,
    SWAPPED,
    Answers,
)

Shares = dict[str, dict[str, float]]

# How often an answer comes from two records of one person. Seen in public data of people who were written down twice.
AMONG_SAME: Shares = {
    "given": {SAME: 0.72, SHORT: 0.12, NEAR: 0.11, SWAPPED: 0.02, OTHER: 0.03},
    "family": {SAME: 0.82, NEAR: 0.12, OTHER: 0.06},
    # Whoever writes from the same address again is recognized at once: those who are left mostly have another one.
    "email": {SAME: 0.24, LOCAL: 0.08, NEAR: 0.08, OTHER: 0.6},
    "phone": {SAME: 0.55, NEAR: 0.05, OTHER: 0.40},
    "address": {SAME: 0.45, NEAR: 0.25, SOME: 0.15, OTHER: 0.15},
    "place": {SAME: 0.66, NEAR: 0.06, SOME: 0.18, OTHER: 0.10},
    "birthday": {SAME: 0.82, NEAR: 0.11, OTHER: 0.07},
    "company": {SAME: 0.55, NEAR: 0.20, OTHER: 0.25},
}
# And how often from two people, any two.
AMONG_OTHERS: Shares = {
    "given": {SAME: 0.008, SHORT: 0.012, NEAR: 0.012, SWAPPED: 0.00002, OTHER: 0.968},
    "family": {SAME: 0.0025, NEAR: 0.0075, OTHER: 0.99},
    "email": {SAME: 0.000001, LOCAL: 0.0002, NEAR: 0.0001, OTHER: 0.9997},
    "phone": {SAME: 0.000001, NEAR: 0.00003, OTHER: 0.99997},
    "address": {SAME: 0.00002, NEAR: 0.0001, SOME: 0.003, OTHER: 0.99688},
    "place": {SAME: 0.04, NEAR: 0.005, SOME: 0.055, OTHER: 0.9},
    "birthday": {SAME: 0.00005, NEAR: 0.002, OTHER: 0.99795},
    "company": {SAME: 0.004, NEAR: 0.002, OTHER: 0.994},
}
# And how often from two people of one home or office; what is not here comes as often as from any two.
AMONG_HOUSEHOLD: Shares = {
    "family": {SAME: 0.65, NEAR: 0.02, OTHER: 0.33},
    "email": {SAME: 0.12, LOCAL: 0.01, NEAR: 0.02, OTHER: 0.85},
    "phone": {SAME: 0.55, NEAR: 0.02, OTHER: 0.43},
    "address": {SAME: 0.7, NEAR: 0.15, SOME: 0.05, OTHER: 0.1},
    "place": {SAME: 0.85, NEAR: 0.04, SOME: 0.08, OTHER: 0.03},
    "company": {SAME: 0.5, NEAR: 0.1, OTHER: 0.4},
}
# With how many others each person of a business shares a home or an office, on average.
HOUSEHOLD = 0.3
# How many of a hundred people were written down a second time, before anything is known of a business.
TWICE = 0.04
RAREST = 8.0


@dataclass(frozen=True)
class Weights:
    """What likeness is measured with. `people` is how many there are; `common` the share of names that many have."""

    people: int = 1_000
    twice: float = TWICE
    home: float = HOUSEHOLD
    same: Shares = field(default_factory=lambda: AMONG_SAME)
    others: Shares = field(default_factory=lambda: AMONG_OTHERS)
    common: Shares = field(default_factory=dict)

    def weight(self, answers: Answers) -> float:
        """In bits: above 0 the two are rather one person than two, who may be strangers or of one household."""
        one, home, strangers = self.chances(answers)
        return one - either(home, strangers)

    def chances(self, answers: Answers) -> tuple[float, float, float]:
        """In bits, how often any two are one person, of one household, or strangers, and answer like this."""
        pairs = log2(max(self.people, 10) / 2)
        one = log2(self.twice) - pairs + sum(log2(self.same[key][level]) for key, (level, _) in answers.items())
        home = log2(self.home) - pairs + sum(log2(self.among_household(key, *told)) for key, told in answers.items())
        return one, home, sum(log2(self.among_others(key, *told)) for key, told in answers.items())

    def of(self, key: str, level: str, value: str = "") -> float:
        """What one answer says, in bits: above 0 it speaks for one person."""
        return log2(self.same[key][level] / self.among_others(key, level, value))

    def among_others(self, key: str, level: str, value: str = "") -> float:
        share = self.others[key][level]
        if not value or key not in self.common:
            return share
        return max(self.common[key].get(value, 0.0), share / RAREST)

    def among_household(self, key: str, level: str, value: str = "") -> float:
        shares = AMONG_HOUSEHOLD.get(key)
        return shares[level] if shares else self.among_others(key, level, value)

    def as_json(self) -> dict[str, Any]:
        return {
            "people": self.people,
            "twice": self.twice,
            "home": self.home,
            "same": self.same,
            "others": self.others,
            "common": self.common,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any], *, people: int) -> Self:
        """What was learned before, for as many people as there are now. Questions that are new come as shipped."""
        return cls(
            people=people,
            twice=stored.get("twice", TWICE),
            home=stored.get("home", HOUSEHOLD),
            same=as_shipped(AMONG_SAME, stored.get("same", {})),
            others=as_shipped(AMONG_OTHERS, stored.get("others", {})),
            common=stored.get("common", {}),
        )


def either(one: float, other: float) -> float:
    """The logarithm of the sum of two chances, from theirs."""
    return max(one, other) + log2(1 + 2 ** -min(abs(one - other), 500.0))


def as_shipped(shipped: Shares, learned: Shares) -> Shares:
    return {
        key: learned[key] if learned.get(key, {}).keys() == levels.keys() else levels for key, levels in shipped.items()
    }


def shares_of(values: Iterable[str], *, least: int) -> dict[str, float]:
    """The share of each value that at least so many have."""
    counted: dict[str, int] = {}
    for value in values:
        counted[value] = counted.get(value, 0) + 1
    total = max(sum(counted.values()), 1)
    return {value: count / total for value, count in counted.items() if value and count >= least}
