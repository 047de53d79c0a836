"""Which companies may be the same as one that is about to be written down, and why."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trellis.core.text import fold
from trellis.people.finding import COMPANIES_SOUGHT, find_companies
from trellis.people.models import Company
from trellis.people.nearly import near_companies

MOST_NAMED = 6
# So many are looked at for those at one address on the web.
CANDIDATES = 60
# What a company is by law says little of which it is, and is often left out.
FORMS_OF_LAW = re.compile(r"[\s,]+(?:llc|inc|ltd|co|corp|gmbh|ag|kg|plc|pllc|lp|llp)\.?$", re.IGNORECASE)
BETWEEN = re.compile(r"[\W_]+")
HOST = re.compile(r"(?:[a-z][a-z0-9+.-]*://)?(?:www\.)?([^\s/?#:@]+\.[^\s/?#:@.]+)")


@dataclass(frozen=True, kw_only=True)
class LikelyCompany:
    company: Company
    why: str


def likely_companies(wanted: Mapping[str, Any], who: Any) -> list[LikelyCompany]:
    """Of those whom `who` sees, who may be it: `wanted` is as in `add_company`. The likeliest first. Six queries."""
    name, host = bare(wanted.get("name") or ""), host_of(wanted.get("website") or "")
    found = {one.pk: one for one in [*companies_at(host, who), *companies_called(name, who)]}
    likely = [LikelyCompany(company=one, why=why_likely(one, name, host)) for one in found.values()]
    return sorted(likely, key=lambda one: WHY.index(one.why))[:MOST_NAMED]


def companies_at(host: str, who: Any) -> list[Company]:
    """Whose website is there. A host where very many are, as those of social networks, says nothing of any of them."""
    ids = COMPANIES_SOUGHT.owners_with([fold(host)], most=CANDIDATES) if host else []
    there = [one for one in Company.objects.in_bulk(ids).values() if host_of(one.website) == host]
    seen = Company.objects.visible_to(who).in_bulk([one.pk for one in there]) if there else {}
    return list(seen.values()) if len(there) <= MOST_NAMED else []


def companies_called(name: str, who: Any) -> list[Company]:
    """Who is called so, so and more, or so but for a wrong letter."""
    found = find_companies(name, who=who, limit=MOST_NAMED)
    named = [one for one in found if set(words_in(name)) <= set(words_in(one.name))]
    known = [one.pk for one in found]
    return [*named, *near_companies(name, who=who, limit=MOST_NAMED - len(named), but=known)]


SAME_NAME, SAME_WEBSITE = "Has the same name", "Has the same website"
WHY = ("Has the same name and website", SAME_WEBSITE, SAME_NAME, "Has a similar name")


def why_likely(company: Company, name: str, host: str) -> str:
    is_called_so = words_in(bare(company.name)) == words_in(name)
    is_there = bool(host) and host_of(company.website) == host
    if is_called_so and is_there:
        return WHY[0]
    return SAME_WEBSITE if is_there else SAME_NAME if is_called_so else WHY[-1]


def words_in(name: str) -> list[str]:
    return [word for word in BETWEEN.split(fold(name)) if word]


def bare(name: str) -> str:
    """Castillo Bakery of Castillo Bakery, Inc."""
    shorter = FORMS_OF_LAW.sub("", name.strip())
    return name if shorter == name.strip() else bare(shorter)


def host_of(website: str) -> str:
    """bakery.example of https://www.Bakery.example/about; empty where it is no address on the web."""
    found = HOST.match(website.strip().lower())
    return found[1] if found else ""
