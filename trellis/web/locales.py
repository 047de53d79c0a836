"""How each region writes English: the order of a date, a clock, money. From CLDR through Babel, read once for each."""

import re
from dataclasses import dataclass
from functools import cache

from babel import Locale
from babel.numbers import get_currency_precision, get_currency_symbol

DEFAULT = "en-US"
# The interface speaks English; these are the regions whose way of writing it one may choose.
REGIONS = (
    *("AE", "AT", "AU", "BE", "CA", "CH", "CY", "CZ", "DE", "DK", "ES", "FI", "FR", "GB", "GH", "HK", "HU", "IE", "IL"),
    *("IN", "IT", "JM", "KE", "MT", "MY", "NG", "NL", "NO", "NZ", "PH", "PL", "PT", "RO", "SE", "SG", "SI", "SK", "TT"),
    *("US", "ZA"),
)

# The parts of CLDR's date patterns that English uses, as fields of `str.format`.
_FIELDS = {
    "E": "{weekday}",
    "MMM": "{month}",
    "MMMM": "{month}",
    "d": "{day}",
    "dd": "{day:02}",
    "y": "{year}",
    "h": "{hour12}",
    "H": "{hour}",
    "HH": "{hour:02}",
    "mm": "{minute:02}",
    "a": "{half}",
}
_PART = re.compile(r"([A-Za-z])\1*")


@dataclass(frozen=True, kw_only=True)
class Writing:
    """One region's way. Dates and clocks are templates of `str.format`, which costs a tenth of strftime."""

    weekdays: tuple[str, ...]
    long_weekdays: tuple[str, ...]
    months: tuple[str, ...]
    halves: tuple[str, str]
    day: str
    weekday_day: str
    day_year: str
    weekday_day_year: str
    clocks: dict[str, str]
    own_clock: str
    first_weekday: int
    date_order: str


@dataclass(frozen=True, kw_only=True)
class Coins:
    """One region's way with one currency: what stands around the digits, and what stands between them."""

    before: str
    after: str
    digits: int
    point: str
    comma: str
    groups: tuple[int, int]


def known(locale: str) -> str:
    """The locale itself when we know how it writes, else the default: a setting must never break a page."""
    return locale if locale in LOCALES else DEFAULT


@cache
def writing_of(locale: str) -> Writing:
    """How this locale writes dates and times. `own_clock` is h12 or h23, as its people mostly do; `date_order` mdy."""
    cldr = _cldr(locale)
    skeletons = cldr.datetime_skeletons
    halves = cldr.day_periods["format"]["abbreviated"]
    days, months = cldr.days["format"], cldr.months["format"]["abbreviated"]
    return Writing(
        weekdays=tuple(days["abbreviated"][number] for number in range(7)),
        long_weekdays=tuple(days["wide"][number] for number in range(7)),
        months=tuple(months[number] for number in range(1, 13)),
        halves=(halves["am"], halves["pm"]),
        day=_template(skeletons["MMMd"].pattern),
        weekday_day=_template(skeletons["MMMEd"].pattern),
        day_year=_template(skeletons["yMMMd"].pattern),
        weekday_day_year=_template(skeletons["yMMMEd"].pattern),
        clocks={"h12": _template(skeletons["hm"].pattern), "h23": _template(skeletons["Hm"].pattern)},
        own_clock="h12" if "h" in cldr.time_formats["short"].pattern else "h23",
        first_weekday=cldr.first_week_day,
        date_order="".join(dict.fromkeys(mark for mark in cldr.date_formats["short"].pattern.lower() if mark in "dmy")),
    )


@cache
def coins_of(locale: str, currency: str) -> Coins:
    cldr = _cldr(locale)
    pattern, symbols = cldr.currency_formats["standard"], cldr.number_symbols["latn"]
    symbol = get_currency_symbol(currency, cldr)
    before, after = (part.replace("¤", symbol) for part in (pattern.prefix[0], pattern.suffix[0]))
    # A code of letters keeps its distance from the digits: CHF 50, as CLDR's currency spacing asks.
    apart = "\N{NO-BREAK SPACE}" if before[-1:].isalpha() else ""
    return Coins(
        before=before + apart,
        after=after,
        digits=get_currency_precision(currency),
        point=symbols["decimal"],
        comma=symbols["group"],
        groups=pattern.grouping,
    )


def _template(pattern: str) -> str:
    return _PART.sub(lambda part: _FIELDS[part[0]], pattern.replace("\N{NARROW NO-BREAK SPACE}", " "))


def _cldr(locale: str) -> Locale:
    return Locale.parse(known(locale), sep="-")


def _names() -> dict[str, str]:
    names = Locale("en").territories
    return {f"en-{region}": names[region] for region in sorted(REGIONS, key=names.__getitem__)}


LOCALES = _names()
