"""Phone numbers that can be told at a glance, with the very result of the library, in a tenth of its time. Pure."""

import re
from dataclasses import dataclass
from functools import cache

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, NumberParseException, PhoneMetadata, PhoneNumber, parse
from phonenumbers import national_significant_number as digits_at_home

# Digits and what stands between them: no extension, no letters, no second number.
PLAIN_NUMBER = re.compile(r" *(?P<plus>\+(?=[0-9]))?\(?(?P<rest>[0-9][0-9().\- ]{4,30})")
NO_DIGITS = str.maketrans("", "", "().- ")
LONGEST_CODE = 3
# What people write between digits, and how many there are at least: fewer stand by chance in any text.
BETWEEN, FEWEST = "[ ()./-]{0,3}", 7


@dataclass(frozen=True)
class Country:
    """How numbers are written there: `form` is that of all of them. `prefixes` is what may stand before them, and asks
    for a longer look."""

    code: str
    lengths: frozenset[int]
    form: re.Pattern[str]
    prefixes: re.Pattern[str]


def plain_phone(text: str, region: str) -> str:
    """E.164 of a number that leaves nothing to weigh; empty where the library has to look at it."""
    found = PLAIN_NUMBER.fullmatch(text)
    if not found:
        return ""
    digits = found["rest"].translate(NO_DIGITS)
    country = abroad(digits) if found["plus"] else at_home(region.upper())
    if country is None:
        return ""
    national = digits.removeprefix(country.code) if found["plus"] else digits
    if len(national) not in country.lengths or country.prefixes.match(national) or not country.form.fullmatch(national):
        return ""
    # One digit over and over is a way of not telling.
    return f"+{country.code}{national}" if national.count(national[0]) < len(national) else ""


def abroad(digits: str) -> Country | None:
    """The country whose code they begin with. No code begins with another."""
    return next((found for size in range(1, LONGEST_CODE + 1) if (found := by_code(digits[:size]))), None)


@cache
def by_code(code: str) -> Country | None:
    regions = COUNTRY_CODE_TO_REGION_CODE.get(int(code))
    # Codes of no country, as of satellites, are left to the library.
    return country_of(regions[0], abroad=True) if regions and regions[0] != "001" else None


@cache
def at_home(region: str) -> Country | None:
    return country_of(region, abroad=False) if region else None


def country_of(region: str, *, abroad: bool) -> Country | None:
    """`abroad` the number says its country: only what is dialed within it may stand before the rest."""
    told = PhoneMetadata.metadata_for_region(region, None)
    regions = COUNTRY_CODE_TO_REGION_CODE.get(told.country_code or 0) if told else None
    # Which lengths there are is said by the first of the regions that share a code.
    main = PhoneMetadata.metadata_for_region(regions[0], None) if regions else None
    form = form_of(told.country_code or 0) if told else None
    if told is None or form is None or main is None or main.general_desc is None:
        return None
    before = ["0", told.national_prefix_for_parsing]
    if not abroad:
        before += [str(told.country_code), told.international_prefix]
    prefixes = "|".join(f"(?:{one})" for one in before if one)
    lengths = {*main.general_desc.possible_length} - {*main.general_desc.possible_length_local_only}
    return Country(str(told.country_code), frozenset(lengths), form, re.compile(prefixes))


def has_form_of_its_country(number: PhoneNumber) -> bool:
    """Whether numbers there look so at all, as none in the US begins with 0. Which are given out changes; this hardly.

    Numbers that are kept for stories, as 555-0100, have it too.
    """
    form = form_of(number.country_code or 0)
    return form is None or bool(form.fullmatch(digits_at_home(number)))


@cache
def form_of(code: int) -> re.Pattern[str] | None:
    """What all numbers with this code look like, without it; None where that is not known."""
    regions = COUNTRY_CODE_TO_REGION_CODE.get(code)
    told = PhoneMetadata.metadata_for_region(regions[0], None) if regions else None
    pattern = told.general_desc.national_number_pattern if told and told.general_desc else None
    return re.compile(pattern) if pattern else None


def written_anyhow(value: str) -> str:
    """A pattern that finds an E.164 number in a text in any grouping, with its country or without; for Python and both
    databases. Empty where the number is too short to be told from any other digits."""
    try:
        number = parse(value)
    except NumberParseException:
        return ""
    digits = digits_at_home(number)
    if len(digits) < FEWEST:
        return ""
    before = f"(^|[^0-9])(00|011)?{BETWEEN}({number.country_code})?{BETWEEN}0?{BETWEEN}"
    return f"{before}{BETWEEN.join(digits)}($|[^0-9])"
