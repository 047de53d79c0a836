"""Chance that is the same everywhere: a number follows from what it decides, not from how many were drawn before.

So a changed rule, one lead more or another order of events leaves the luck of everybody else as it was, and two runs
differ only in what was changed.
"""

import math
from functools import cache
from hashlib import blake2b
from statistics import NormalDist

_WORD = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15  # 2**64 over the golden ratio: successive multiples are as far apart as can be.
_NORMAL = NormalDist()


class Luck:
    """A tree of random numbers: `of` leads to a branch, `draw` reads a leaf."""

    __slots__ = ("_seed",)

    def __init__(self, seed: int) -> None:
        self._seed = scrambled(seed)

    def of(self, branch: int) -> "Luck":
        return Luck(self._seed ^ branch * _GOLDEN)

    def draw(self, what: str, turn: int = 0) -> float:
        """The number between 0 and 1 (both excluded) that decides `what` for the `turn`th time."""
        return ((scrambled((self._seed ^ code_of(what)) + turn * _GOLDEN) >> 12) + 0.5) * 2.0**-52

    def happens(self, share: float, what: str, turn: int = 0) -> bool:
        return share > 0 and self.draw(what, turn) < share


def scrambled(number: int) -> int:
    """The finalizer of SplitMix64 (Steele, Lea and Flood, 2014): every bit depends on every bit."""
    number = (number + _GOLDEN) & _WORD
    number = (number ^ number >> 30) * 0xBF58476D1CE4E5B9 & _WORD
    number = (number ^ number >> 27) * 0x94D049BB133111EB & _WORD
    return number ^ number >> 31


@cache
def code_of(word: str) -> int:
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest())


def exponential(mean: float, chance: float) -> float:
    return -mean * math.log(chance)


def lognormal(mean: float, chance: float, sigma: float = 0.8) -> float:
    """Mostly a little less than the mean, now and then much more: how long work and answers take."""
    return mean * math.exp(sigma * _NORMAL.inv_cdf(chance) - sigma * sigma / 2)
