"""Whether two names may be one person's. Pure; careful: only a plain difference tells two people apart."""

import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

# Words that say nothing about which person it is: titles, suffixes, and the small words inside family names.
_SMALL_WORDS = """
    mr mrs ms miss mx dr prof sir madam jr sr ii iii iv family the and und y e de del della da das dos do di du la las
    le los van von der den ter ten zu zur al el bin ibn
"""
_BESIDE_THE_POINT = frozenset(_SMALL_WORDS.split())

# Short names whose first letters differ from the long one's: a prefix or a misspelling is seen without a table.
_SHORT_NAMES = """
    robert bob bobby bert | william bill billy liam | richard dick rick ricky | edward ted teddy ned |
    james jim jimmy jamie | john jack johnny | margaret peggy meg maggie greta rita |
    elizabeth liz beth betty lisa libby betsy | charles chuck chas | henry hank harry hal |
    katherine catherine kate katie kathy cathy kitty | theodore ted teddy | alexander sasha sandy xander |
    alexandra sasha sandy | anthony tony | andrew drew | michael mick mike mickey misha | joseph jose pepe |
    mary polly molly mae | dorothy dot dottie dolly | sarah sally sadie | helen nell nellie ellen | martha patty |
    patricia trish tricia patty | francis frank | matilda tilly | lawrence larry | gerald jerry | jeremiah jerry |
    harold hal harry | leonard lenny | stephen steven steve | sophia fifi | philip pip | rebecca becky becca |
    susan sue suzy | barbara babs | natasha tasha natalia | nathaniel nate | nicholas klaus nico |
    christopher kit topher | augustus gus | eleanor nora nell ellie | isabella bella izzy | jacqueline jackie |
    virginia ginger | victoria tori | veronica ronnie vera | ronald ronnie | walter wally | frederick fritz |
    abigail gail | antonia toni | deborah debbie | jennifer jenny | geoffrey jeffrey jeff geoff |
    francisco paco pancho | guadalupe lupe | ignacio nacho | enrique quique | maria mia
"""
_FAMILIES = tuple(frozenset(family.split()) for family in _SHORT_NAMES.split("|"))
# The likeness, from 0 to 1, at which two words may be one word misspelled.
MISSPELLED = 0.79


def plainly_different(one: str, other: str) -> bool:
    """Whether two full names are of two people.

    Not by nickname, initial, order, case, accents, a misspelling, a second name left out, or one name missing.
    """
    if one == other:
        return False
    shorter, longer = sorted((name_words(one), name_words(other)), key=len)
    return len(shorter) >= 2 and not _all_found(shorter, longer)


def same_name(one: str, other: str) -> bool:
    """Whether both are full names, and may be one person's."""
    return min(len(name_words(one)), len(name_words(other))) >= 2 and not plainly_different(one, other)


def resemblance(given: str, known: str) -> float:
    """How near what was typed comes to a name, from 0 to 1: the word that fits least decides."""
    others = name_words(known)
    return min(
        (max((_likeness(word, other) for other in others), default=0.0) for word in name_words(given)), default=0.0
    )


def is_fuller(given: str, known: str) -> bool:
    """Whether `given` says all that `known` says, and more: "Dana Whitlock" after "Dana"."""
    return set(name_words(known)) < set(name_words(given))


def is_short_for(word: str, other: str) -> bool:
    """Whether one is an initial, the beginning, or a customary short form of the other: T, Tash or Natasha."""
    return word.startswith(other) or other.startswith(word) or any({word, other} <= family for family in _FAMILIES)


@lru_cache(maxsize=20_000)
def plain_letters(text: str) -> str:
    """Without case and accents."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in plain if not unicodedata.category(character).startswith("M"))


def name_words(name: str) -> list[str]:
    """The words that tell people apart, without case and accents; hyphens divide words, apostrophes do not."""
    return list(_words(name))


@lru_cache(maxsize=20_000)
def _words(name: str) -> tuple[str, ...]:
    plain = unicodedata.normalize("NFKD", name.casefold())
    spelled = "".join(_letter(character) for character in plain)
    return tuple(word for word in spelled.split() if word not in _BESIDE_THE_POINT)


def _letter(character: str) -> str:
    if character.isalnum():
        return character
    return "" if character in "'’ʼ`´" or unicodedata.category(character).startswith("M") else " "


def _all_found(shorter: list[str], longer: list[str]) -> bool:
    """Whether each word of one name has a partner of its own in the other; initials choose last, equals go first."""
    free = list(longer)
    for word in sorted(shorter, key=len, reverse=True):
        partner = max(free, key=lambda other: _likeness(word, other))
        if _likeness(word, partner) < MISSPELLED:
            return False
        free.remove(partner)
    return True


def _likeness(word: str, other: str) -> float:
    if word == other:
        return 1.0
    if is_short_for(word, other):
        return 0.9
    return SequenceMatcher(None, word, other).ratio() * 0.999
