"""Which country a cell names: by its code of two or three letters, or by its name in a few languages. Pure."""

import re
from functools import cache

from babel import Locale
from babel.core import get_global
from phonenumbers import SUPPORTED_REGIONS

from trellis.core.text import fold

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl")
# What people write for a country and CLDR does not.
ALSO = {
    "US": ("u s", "u s a", "america", "united states of america", "the united states"),
    "GB": ("u k", "great britain", "england", "scotland", "wales", "northern ireland"),
    "NL": ("holland", "the netherlands"),
    "CZ": ("czech republic",),
    "KR": ("korea",),
}


def region_of(text: str) -> str:
    """The code of two letters (ISO 3166); empty where the words name none."""
    return regions().get(plain(text), "")


@cache
def regions() -> dict[str, str]:
    """By the words as they compare. What two countries are called in two languages is the one of the first."""
    found = {plain(word): code for code, words in ALSO.items() for word in words}
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            found.setdefault(plain(name), code)
    found |= {old.lower(): new[0] for old, new in get_global("territory_aliases").items() if old.isalpha()}
    found |= {code.lower(): code for code in SUPPORTED_REGIONS}
    return {words: code for words, code in found.items() if code in SUPPORTED_REGIONS}


def plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", fold(text)).strip()
