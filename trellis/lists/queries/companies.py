"""Companies that may be one: found by what they are called, told apart by where they are and who belongs to them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count

from trellis.people.finding import find_companies
from trellis.people.matching_companies import bare
from trellis.people.models import Company, Contact
from trellis.people.nearly import near_companies

FEW = 6


def companies_meant(text: str, user: Any, *, but: Company | None = None) -> Sequence[Company]:
    """Those that the user sees whose name or website is that, or nearly."""
    found = [one for one in find_companies(bare(text), who=user, limit=FEW) if one != but]
    known = [one.pk for one in (*found, but) if one]
    return [*found, *near_companies(bare(text), who=user, limit=FEW - len(found), but=known)][:FEW]


def sayings_of(companies: Sequence[Company], user: Any) -> dict[str, str]:
    """Castillo LLC · Conway · 3 people, by the id; so many as the user sees."""
    seen = Contact.objects.genuine().visible_to(user).filter(company__in=companies)
    counts = dict(seen.values("company").annotate(people=Count("pk")).values_list("company", "people"))
    told = {one.pk: (one.name, one.place, people(counts.get(one.pk, 0))) for one in companies}
    return {str(pk): " · ".join(filter(None, words)) for pk, words in told.items()}


def people(count: int) -> str:
    return f"{count:,} {'person' if count == 1 else 'people'}"


def how_many(company: Company) -> int:
    return Contact.objects.genuine().filter(company=company).count()
