"""Which currencies there are, and how many digits their minor unit has, as the screens say it (CLDR). Pure."""

from collections.abc import Mapping
from functools import cache

from babel.core import get_global

USUAL_DIGITS = 2


def is_currency(code: str) -> bool:
    """Whether ISO 4217 has, or once had, such a code."""
    return code in get_global("all_currencies")


def minor_digits(currency: str) -> int:
    """2 for USD: a dollar has a hundred cents."""
    return unusual_digits().get(currency, USUAL_DIGITS)


@cache
def unusual_digits() -> Mapping[str, int]:
    """The currencies whose minor unit is not a hundredth."""
    fractions = get_global("currency_fractions")
    found = {str(currency): int(rule[0]) for currency, rule in fractions.items() if currency != "DEFAULT"}
    return {currency: digits for currency, digits in found.items() if digits != USUAL_DIGITS}
