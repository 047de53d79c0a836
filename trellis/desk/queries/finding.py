"""Find people and companies by what was typed into the palette."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from trellis.desk.queries.found import FoundPerson, found_people, journeys_of, people_meant, person_of
from trellis.journeys.models import Journey
from trellis.people.finding import find_companies
from trellis.people.models import Company, Contact
from trellis.people.nearly import near_companies
from trellis.team.models import User
from trellis.web.times import Viewer

FEW, FEW_COMPANIES = 7, 3
# Where fewer are found, a letter may be wrong.
TOO_FEW, FEW_MEANT = 3, 4


@dataclass(frozen=True, kw_only=True)
class Finds:
    """Who and what has the words, and below them who may be meant where a letter is wrong."""

    people: Sequence[FoundPerson] = ()
    companies: Sequence[Company] = ()
    people_meant: Sequence[FoundPerson] = ()
    companies_meant: Sequence[Company] = ()

    @property
    def is_any(self) -> bool:
        return bool(self.people or self.companies)

    @property
    def is_any_meant(self) -> bool:
        return bool(self.people_meant or self.companies_meant)


def find(text: str, user: User, viewer: Viewer, *, limit: int = FEW) -> Finds:
    """By name, address, number or company; people by a tag after #, by their owner after @. About ten queries."""
    text = text.strip()
    if text[:1] in ("#", "@"):
        word = text[1:].strip()
        return Finds(people=found_among(text[0], word, user, viewer, limit) if word else [])
    people = found_people(text, user, viewer, limit) if text else []
    companies = find_companies(text, who=user, limit=FEW_COMPANIES)
    if len(people) + len(companies) >= TOO_FEW:
        return Finds(people=people, companies=companies)
    known = {person.contact.pk for person in people} | {company.pk for company in companies}
    return Finds(
        people=people,
        companies=companies,
        people_meant=people_meant(text, user, viewer, FEW_MEANT, but=known),
        companies_meant=near_companies(text, who=user, limit=FEW_COMPANIES, but=known),
    )


def found_among(mark: str, word: str, user: User, viewer: Viewer, limit: int) -> list[FoundPerson]:
    """Those whose open journey has such an owner, or who carry such a tag: the most urgent first."""
    journeys = Journey.objects.visible_to(user).filter(status="open")
    having = Q(owner__name__istartswith=word) if mark == "@" else Q(contact__tags__small__startswith=word.lower())
    ids = list(journeys.filter(having).order_by("due_at", "pk").values_list("contact_id", flat=True)[: 2 * limit])
    ids = list(dict.fromkeys(ids))[:limit]
    contacts = Contact.objects.prefetch_related("points").in_bulk(ids)
    walked = journeys_of(ids, user)
    return [person_of(contacts[pk], walked.get(pk, []), viewer) for pk in ids]
