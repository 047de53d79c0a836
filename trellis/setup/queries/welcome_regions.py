"""What a time zone tells of a region: its phone numbers, its money, its way of writing. From CLDR through Babel."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from zoneinfo import available_timezones

import holidays
import phonenumbers
from babel import Locale
from babel.core import get_global
from babel.numbers import get_territory_currencies

from trellis.web.locales import DEFAULT, LOCALES

ELSEWHERE = "en-GB"  # Of those whose own way of writing English we do not know, all but the dollar's write like this.
NAMES = Locale("en")


@dataclass(frozen=True, kw_only=True)
class Zone:
    """A time zone: its IANA name, the names that older browsers have for it, its region."""

    name: str
    old_names: tuple[str, ...]
    region: str

    @property
    def place(self) -> str:
        """Chicago; Indianapolis, Indiana."""
        return ", ".join(reversed(self.name.replace("_", " ").split("/")[1:]))


@dataclass(frozen=True, kw_only=True)
class Region:
    """A country by its ISO 3166 code, with what is usual there."""

    code: str
    name: str
    currency: str
    locale: str


@cache
def zones() -> dict[str, Zone]:
    """Every place's zone by name."""
    old: dict[str, list[str]] = defaultdict(list)
    for alias, name in get_global("zone_aliases").items():
        old[name].append(alias)
    known = get_global("zone_territories")
    usable = available_timezones()
    names = sorted(name for name in known if name in usable and known[name] in phonenumbers.SUPPORTED_REGIONS)
    return {name: Zone(name=name, old_names=tuple(sorted(old[name])), region=known[name]) for name in names}


@cache
def continents() -> dict[str, list[Zone]]:
    """The zones by the first part of their name, for a long list that can be scanned."""
    groups: dict[str, list[Zone]] = defaultdict(list)
    for zone in sorted(zones().values(), key=lambda zone: zone.place):
        groups[zone.name.partition("/")[0]].append(zone)
    return dict(sorted(groups.items()))


@cache
def regions() -> dict[str, Region]:
    """Those whose phone numbers and money we can read, by code, in the order of their names."""
    codes = [code for code in phonenumbers.SUPPORTED_REGIONS if code in NAMES.territories and money_of(code)]
    found = [
        Region(code=code, name=NAMES.territories[code], currency=money_of(code), locale=writing_in(code))
        for code in codes
    ]
    return {region.code: region for region in sorted(found, key=lambda region: region.name)}


def money_of(code: str) -> str:
    return next(iter(get_territory_currencies(code)), "")


def writing_in(code: str) -> str:
    own = f"en-{code}"
    return own if own in LOCALES else DEFAULT if money_of(code) == "USD" else ELSEWHERE


@cache
def currencies() -> dict[str, str]:
    """Those in use in one of the regions, by code."""
    codes = {region.currency for region in regions().values()}
    return {code: NAMES.currencies.get(code, code) for code in sorted(codes)}


def region_of(zone: str) -> Region:
    """The region of a time zone; the United States for one that belongs nowhere."""
    found = zones().get(zone)
    return regions().get(found.region if found else "US") or regions()["US"]


@cache
def holiday_regions(code: str) -> list[tuple[str, str]]:
    """Whose public holidays one may keep there: the country's, and those of each of its parts. Empty where unknown."""
    parts = holidays.list_supported_countries(include_aliases=False).get(code)
    if parts is None:
        return []
    name = regions()[code].name if code in regions() else code
    names = part_names(code)
    own = sorted((names.get(part, part), part) for part in parts)
    return [(code, name), *((f"{code}-{part}", f"{name}: {said}") for said, part in own)]


def part_names(code: str) -> dict[str, str]:
    """The names of a country's parts by their codes, as far as they are told."""
    aliases = getattr(holidays.country_holidays(code), "subdivisions_aliases", None) or {}
    names: dict[str, str] = {}
    for said, part in aliases.items():
        names.setdefault(part, said)
    return names
