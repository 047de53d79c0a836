"""What a custom field may hold: read from the text that a person, a file or a program brings. Pure.

Stored as JSON has it: text, a choice, a link, a day (2026-03-01), a number (“12.5”) and yes or no as text, several
choices as a list, money as `{"minor": 1250, "currency": "USD"}`, a colleague by id.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from trellis.core.money import is_currency, minor_digits
from trellis.core.text import clean_line, clean_text, fold

type Stored = str | list[str] | dict[str, Any]

LONGEST = 2000
MOST_DIGITS = 15
YES = frozenset(["yes", "y", "true", "1", "x", "on", "ja", "oui", "si", "sí"])
NO = frozenset(["no", "n", "false", "0", "off", "nein", "non"])
# Signs of one currency alone.
_SIGNS = {
    "€": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW", "₺": "TRY", "₪": "ILS", "₫": "VND", "₴": "UAH", "₱": "PHP",
    "₦": "NGN", "₽": "RUB", "฿": "THB", "zł": "PLN", "Kč": "CZK", "Fr.": "CHF", "US$": "USD", "CA$": "CAD", "C$": "CAD",
    "A$": "AUD", "AU$": "AUD", "NZ$": "NZD", "HK$": "HKD", "MX$": "MXN", "R$": "BRL", "S$": "SGD", "CN¥": "CNY",
}  # fmt: skip
# Signs that several currencies have: they mean the business's own where no code stands beside them.
_SHARED_SIGNS = frozenset(["$", "¥", "kr", "kr."])
_MONEY = re.compile(
    r"(?P<minus>[-+−]?)\s*(?P<before>[^\W\d_]+\.|[^\d\s.,'’+−-]+)?\s*"
    r"(?P<number>[-+−]?[\d.,](?:.*[\d.,])?)\s*(?P<after>[^\d\s.,][^\d\s,]*)?"
)
_GROUPED = re.compile(r"([-+]?\d{1,3})(?:([ ,'])\d{3})(?:\2\d{3})*(\.\d+)?")
_SWAPPED = str.maketrans(".,", ",.")
_DAY = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)


class WrongValue(ValueError):
    """The text is no such value; the message says what would be."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How text is meant: the words of a choice, the currency where none is said, colleagues by name, email and id."""

    choices: Sequence[str] = ()
    currency: str = "USD"
    decimal_comma: bool = False
    colleagues: Mapping[str, str] = field(default_factory=dict)


def read_value(kind: str, text: str, how: Reading) -> Stored | None:
    """The value that a text says, None for an empty one. WrongValue where it is none of its kind."""
    if not text.strip():
        return None
    return _READERS[kind](text.strip(), how)


def as_text(kind: str, stored: Any, colleagues: Mapping[str, str] | None = None) -> str:
    """The value as a file has it: what `read_value` reads as the same value. `colleagues` are names by id."""
    if stored is None:
        return ""
    match kind:
        case "money":
            return f"{_in_units(stored['minor'], stored['currency'])} {stored['currency']}"
        case "choices":
            return "; ".join(stored)
        case "person":
            return (colleagues or {}).get(stored, stored)
    return str(stored)


def read_number(text: str, *, decimal_comma: bool = False) -> Decimal:
    """1234.5, 1,234.5 or, where commas are decimal, 1.234,5. WrongValue for anything else."""
    plain = re.sub(r"^([-+])\s+", r"\1", re.sub(r"[\u00a0\u202f]", " ", text).replace("’", "'"))
    if decimal_comma:
        plain = plain.translate(_SWAPPED)
    if _GROUPED.fullmatch(plain):
        plain = re.sub(r"[ ,']", "", plain)
    if not re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)", plain):
        raise WrongValue(f"“{text[:60]}” is not a number: write one such as 1250 or 12.5.")
    number = Decimal(plain)
    if len(number.as_tuple().digits) > MOST_DIGITS:
        raise WrongValue(f"“{text[:60]}” has more than {MOST_DIGITS} digits: so many cannot be kept exactly.")
    return number


def number_text(number: Decimal) -> str:
    """12.5, 1250, 0: with no digit that says nothing."""
    return f"{number.normalize():f}" if number else "0"


def _text(text: str, how: Reading) -> Stored:
    return clean_text(text, LONGEST)


def _number(text: str, how: Reading) -> Stored:
    return number_text(read_number(text, decimal_comma=how.decimal_comma))


def _money(text: str, how: Reading) -> Stored:
    """1,250 USD, USD 1250, €1,250 or $1,250, and nothing around it that is not read."""
    parts = _MONEY.fullmatch(text)
    currency = _currency_of([sign for sign in parts.group("before", "after") if sign], how.currency) if parts else None
    if parts is None or currency is None:
        raise WrongValue(f"“{text[:60]}” is not an amount: write one such as 1250, $1,250 or 1250.50 EUR.")
    number = read_number(f"{parts['minus']}{parts['number']}".replace("−", "-"), decimal_comma=how.decimal_comma)
    minor = number.scaleb(minor_digits(currency))
    if minor != minor.to_integral_value():
        raise WrongValue(f"“{text[:60]}” is finer than {currency} is counted.")
    if abs(minor) >= 10**MOST_DIGITS:
        raise WrongValue(f"“{text[:60]}” is more than can be kept exactly.")
    return {"minor": int(minor), "currency": currency}


def _currency_of(signs: Sequence[str], own: str) -> str | None:
    """What the words beside an amount mean together; None where one means no currency, or two mean different ones."""
    shared = [sign for sign in signs if sign in _SHARED_SIGNS]
    named = {_SIGNS.get(sign) or sign.upper() for sign in signs if sign not in shared}
    if len(named) > 1 or not all(is_currency(code) for code in named):
        return None
    for code in named:
        whose = [sign for sign, its in _SIGNS.items() if its == code]
        if whose and shared and not any(shared[0] in one for one in whose):
            return None
    return next(iter(named), own)


def _date(text: str, how: Reading) -> Stored:
    """A day, or the day of an instant as ISO 8601 writes it, where it was told."""
    try:
        if _DAY.fullmatch(text):
            return datetime.fromisoformat(text).date().isoformat()
    except ValueError:
        pass
    raise WrongValue(f"“{text[:60]}” is not a day: write it as 2026-03-01.")


def _choice(text: str, how: Reading) -> Stored:
    found = _chosen(text, how)
    if found is None:
        raise WrongValue(f"“{text[:60]}” is not one of {', '.join(how.choices)}.")
    return found


def _chosen(text: str, how: Reading) -> str | None:
    """The choice of these letters, else of these letters small or large."""
    alike = [word for word in how.choices if fold(word) == fold(text)]
    return text if text in alike else next(iter(alike), None)


def _choices(text: str, how: Reading) -> Stored:
    """With ; or | between, a line each, or with commas. A choice that has commas itself is read whole."""
    found = [word for part in re.split(r"[;|\n]", text) for word in _between_commas(part, how)]
    return list(dict.fromkeys(found))


def _between_commas(text: str, how: Reading) -> Iterator[str]:
    """At each place the choice that takes in the most of the text."""
    words = text.split(",")
    most = 1 + max((word.count(",") for word in how.choices), default=0)
    while words:
        ends = range(min(most, len(words)), 0, -1)
        whole = {end: word for end in ends if (word := _chosen(",".join(words[:end]).strip(), how))}
        end = max(whole, default=1)
        if end in whole:
            yield whole[end]
        elif words[0].strip():
            yield str(_choice(words[0].strip(), how))
        words = words[end:]


def _yes_no(text: str, how: Reading) -> Stored:
    said = text.lower()
    if said not in YES | NO:
        raise WrongValue(f"“{text[:60]}” is neither yes nor no.")
    return "yes" if said in YES else "no"


def _link(text: str, how: Reading) -> Stored:
    address = clean_line(text, LONGEST)
    address = address if "://" in address else f"https://{address}"
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or "." not in (parts.hostname or "") or " " in address:
        raise WrongValue(f"“{text[:60]}” is not a link: write one such as https://example.com.")
    return address


def _person(text: str, how: Reading) -> Stored:
    found = how.colleagues.get(text) or how.colleagues.get(fold(text))
    if found is None:
        raise WrongValue(f"Nobody here is called “{text[:60]}”: write a colleague’s name or email address.")
    return found


def _in_units(minor: int, currency: str) -> str:
    return f"{Decimal(minor).scaleb(-minor_digits(currency)):f}"


_READERS = {
    "text": _text,
    "number": _number,
    "money": _money,
    "date": _date,
    "choice": _choice,
    "choices": _choices,
    "yes_no": _yes_no,
    "link": _link,
    "person": _person,
}
