"""What is known of a person, as values that can be compared. Pure."""

from dataclasses import dataclass
from functools import cached_property

from trellis.people.names import name_words, plain_letters

# What says little about where something is, in a few languages.
_SMALL_WORDS = """
    street st road rd avenue ave lane ln drive dr court ct place pl close crescent circuit boulevard blvd highway hwy
    strasse straße str weg platz allee rue avenida calle via apt apartment unit suite floor
"""
_BESIDE_THE_POINT = frozenset(_SMALL_WORDS.split())


@dataclass(frozen=True)
class Traits:
    """One person. Emails and phones are normalized, `birthday` is an ISO day; what is unknown is empty."""

    name: str = ""
    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    address: str = ""
    place: str = ""
    birthday: str = ""
    company: str = ""

    @cached_property
    def name_parts(self) -> tuple[str, str]:
        """The given name and the family name. Of a single word nobody can tell: it stands as the given name."""
        words = name_words(self.name)
        if len(words) > 1 and "," in self.name:
            family = name_words(self.name.split(",")[0])
            words = words[len(family) :] + family
        return (words[0], words[-1]) if len(words) > 1 else (words[0] if words else "", "")

    @cached_property
    def address_words(self) -> frozenset[str]:
        return frozenset(words_of(self.address)) - _BESIDE_THE_POINT

    @cached_property
    def place_words(self) -> frozenset[str]:
        return frozenset(words_of(self.place))

    @cached_property
    def company_words(self) -> tuple[str, ...]:
        return tuple(words_of(self.company))


def words_of(text: str) -> list[str]:
    """Words and numbers, without case, accents and punctuation."""
    return "".join(mark if mark.isalnum() else " " for mark in plain_letters(text)).split()
