"""Numbers as files write them. 1.250 is never guessed: whether a comma is decimal, or a point, is asked."""

from collections.abc import Iterable
from dataclasses import replace

from trellis.people.custom_values import Reading, Stored, WrongValue, read_value

KINDS = ("number", "money")


def decimals_of(samples: Iterable[tuple[str, str]], how: Reading) -> set[bool]:
    """Whether a comma can be decimal in all of these, by kind and text.

    One answer where nothing is to be asked, two where a person must say, none where each says it by itself: because
    all mean the same either way, or because they contradict each other.
    """
    ways = [ways_of(kind, text, how) for kind, text in samples]
    asking = [set(way) for way in ways if way and not is_same_either_way(way)]
    return set.intersection(*asking) if asking else set()


def ways_of(kind: str, text: str, how: Reading) -> dict[bool, Stored]:
    """What it says, by whether a comma is decimal."""
    found: dict[bool, Stored] = {}
    for decimal_comma in (False, True):
        try:
            value = read_value(kind, text, replace(how, decimal_comma=decimal_comma))
        except WrongValue:
            continue
        if value is not None:
            found[decimal_comma] = value
    return found


def is_same_either_way(way: dict[bool, Stored]) -> bool:
    return len(way) == 2 and way[False] == way[True]
