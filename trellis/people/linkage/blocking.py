"""Who is worth comparing: two people are, when they have a block in common. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from itertools import combinations

from trellis.people.linkage.comparisons import LONG_ENOUGH, OFFICES
from trellis.people.linkage.nearness import sound
from trellis.people.linkage.traits import Traits

# A block of more people than that tells too little about them: nobody is compared for it alone.
LARGEST = 60


def blocks(traits: Traits) -> set[str]:
    """The blocks of one person: by address, by the sound of the name, alone or with place or birthday."""
    found = {f"email {email}" for email in traits.emails} | {f"phone {phone}" for phone in traits.phones}
    found |= {f"local {local}" for local in locals_of(traits)}
    found |= blocks_by_name(traits)
    if traits.birthday:
        found.add(f"born {traits.birthday}")
    return found | blocks_by_address(traits)


def locals_of(traits: Traits) -> set[str]:
    parts = {email.partition("@")[0] for email in traits.emails}
    return {local for local in parts if len(local) > LONG_ENOUGH and local not in OFFICES}


def blocks_by_name(traits: Traits) -> set[str]:
    heard = [sound(word) for word in traits.name_parts if word]
    together = {f"name {' '.join(sorted(heard))}"} if len(heard) > 1 else set()
    return together | {f"near {one} {where}" for one in heard for where in places_of(traits)}


def places_of(traits: Traits) -> set[str]:
    """A code of the place where there is one, else the sound of its longest words."""
    codes = {word for word in traits.place_words if len(word) > 3 and any(mark.isdigit() for mark in word)}
    longest = sorted((word for word in traits.place_words if word.isalpha()), key=lambda word: (-len(word), word))
    return codes | {sound(word) for word in longest[:1] if len(word) > 3}


def blocks_by_address(traits: Traits) -> set[str]:
    """House number and street, as it sounds."""
    numbers = sorted(word for word in traits.address_words if word[:1].isdigit())
    words = sorted(traits.address_words, key=lambda word: (-len(word), word))
    streets = [sound(word) for word in words if word.isalpha() and len(word) >= LONG_ENOUGH]
    return {f"at {number} {street}" for number in numbers[:2] for street in streets[:3]}


def block_key(block: str) -> int:
    """A block as a number that any database keeps in eight bytes."""
    return int.from_bytes(blake2b(block.encode(), digest_size=8).digest(), signed=True)


def pairs[Id](people: Mapping[Id, Traits], *, largest: int = LARGEST) -> Iterator[tuple[Id, Id]]:
    """Everybody with everybody they share a block with, each pair once."""
    inside: dict[str, list[Id]] = defaultdict(list)
    for pk, traits in people.items():
        for block in blocks(traits):
            inside[block].append(pk)
    seen: set[tuple[Id, Id]] = set()
    for members in inside.values():
        if len(members) <= largest:
            for pair in combinations(members, 2):
                if pair not in seen:
                    seen.add(pair)
                    yield pair
