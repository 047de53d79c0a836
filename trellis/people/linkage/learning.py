"""What a business's own people say about the weights: expectation and maximization over pairs. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from trellis.people.linkage.blocking import pairs
from trellis.people.linkage.comparisons import compare
from trellis.people.linkage.likeness import probability_of
from trellis.people.linkage.traits import Traits
from trellis.people.linkage.weights import AMONG_OTHERS, AMONG_SAME, HOUSEHOLD, TWICE, Shares, Weights, shares_of

ROUNDS = 12
RANDOM_PAIRS = 40_000
# What is shipped counts as much as so many pairs of our own: few pairs change little.
SHIPPED_SAME, SHIPPED_OTHERS = 40.0, 2_000.0
# A name that fewer have is as rare as any.
COMMON = 3
# Fewer people than that say nothing about how often one is written down twice.
FEWEST = 500

Pattern = tuple[tuple[str, tuple[str, str]], ...]


def learn(people: Mapping[Any, Traits], *, total: int | None = None, seed: int = 1) -> Weights:
    """The weights for a business, from its people or, of `total`, those who share some of their blocks.

    What two people have in common by chance is seen in random pairs; what two records of one person have, in the pairs
    of blocks. The weights so far say how many of either are one person: again and again, until both agree.
    """
    everybody = list(people.values())
    weights = Weights(people=total or len(everybody), common=common_of(everybody))
    random = Counter(pattern_of(one, other) for one, other in random_pairs(everybody, seed))
    blocked = Counter(pattern_of(people[one], people[other]) for one, other in pairs(people))
    for _ in range(ROUNDS):
        weights = adjusted(weights, random, blocked, len(everybody))
    return weights


def pattern_of(one: Traits, other: Traits) -> Pattern:
    return tuple(sorted(compare(one, other).items()))


def random_pairs(everybody: Sequence[Traits], seed: int) -> Iterator[Sequence[Traits]]:
    chance = Random(seed)
    most = len(everybody) * (len(everybody) - 1) // 2
    return (chance.sample(everybody, 2) for _ in range(min(RANDOM_PAIRS, most)))


def adjusted(weights: Weights, random: Counter[Pattern], blocked: Counter[Pattern], known: int) -> Weights:
    """One round: how likely is each pair with these weights, and which weights follow from that."""
    likely = {pattern: probability_of(weights.weight(dict(pattern))) for pattern in {*random, *blocked}}
    ones = {pattern: count * likely[pattern] for pattern, count in blocked.items()}
    twos = {pattern: count * (1 - likely[pattern]) for pattern, count in random.items()}
    homes = sum(count * (1 - likely[pattern]) * share_of_homes(weights, pattern) for pattern, count in blocked.items())
    return replace(
        weights,
        twice=trusted(TWICE, sum(ones.values()), known),
        home=trusted(HOUSEHOLD, homes, known),
        same=mixed(AMONG_SAME, answers_in(ones), SHIPPED_SAME),
        others=mixed(AMONG_OTHERS, answers_in(twos), SHIPPED_OTHERS),
    )


def share_of_homes(weights: Weights, pattern: Pattern) -> float:
    """How many of the pairs that are two people and answer like this are of one household."""
    _, home, strangers = weights.chances(dict(pattern))
    return float(1 / (1 + 2.0 ** max(min(strangers - home, 500.0), -500.0)))


def trusted(shipped: float, found: float, known: int) -> float:
    """How many there are for each person, as seen; the fewer people, the less that is believed."""
    weight = min(known / FEWEST, 1.0) * known
    return (shipped * FEWEST + found / max(known, 1) * weight) / (FEWEST + weight)


def answers_in(patterns: Mapping[Pattern, float]) -> dict[str, Counter[str]]:
    """How often each answer was given, by question and level."""
    seen: dict[str, Counter[str]] = {key: Counter() for key in AMONG_SAME}
    for pattern, count in patterns.items():
        for key, (level, _) in pattern:
            seen[key][level] += count  # type: ignore[assignment]  # a share of a pair counts as such
    return seen


def mixed(shipped: Shares, seen: Mapping[str, Mapping[str, float]], weight: float) -> Shares:
    return {
        key: {
            level: (share * weight + seen[key].get(level, 0.0)) / (weight + sum(seen[key].values()))
            for level, share in levels.items()
        }
        for key, levels in shipped.items()
    }


def common_of(everybody: Sequence[Traits]) -> Shares:
    """First and last names that several have, and how many."""
    if len(everybody) < FEWEST:
        return {}
    parts = [traits.name_parts for traits in everybody]
    least = max(COMMON, len(everybody) // 5_000)
    return {
        "given": shares_of((given for given, _ in parts), least=least),
        "family": shares_of((family for _, family in parts), least=least),
    }
