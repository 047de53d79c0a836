"""Find people by what was typed into the palette."""

from django.db.models import Q

from trellis.desk.queries.found import FoundPerson, found_people, journeys_of, person_of
from trellis.journeys.models import Journey
from trellis.people.models import Contact
from trellis.team.models import User
from trellis.web.times import Viewer

FEW = 7


def find(text: str, user: User, viewer: Viewer, *, limit: int = FEW) -> list[FoundPerson]:
    """People by name, address or number; by a tag after #, by their owner after @. About five queries."""
    text = text.strip()
    if text[:1] in ("#", "@"):
        return found_among(text[0], text[1:].strip(), user, viewer, limit) if text[1:].strip() else []
    return found_people(text, user, viewer, limit) if text else []


def found_among(mark: str, word: str, user: User, viewer: Viewer, limit: int) -> list[FoundPerson]:
    """Those whose open journey has such an owner, or who carry such a tag: the most urgent first."""
    journeys = Journey.objects.visible_to(user).filter(status="open")
    having = Q(owner__name__istartswith=word) if mark == "@" else Q(contact__tags__name__istartswith=word)
    ids = list(journeys.filter(having).order_by("due_at", "pk").values_list("contact_id", flat=True)[: 2 * limit])
    ids = list(dict.fromkeys(ids))[:limit]
    contacts = Contact.objects.prefetch_related("points").in_bulk(ids)
    walked = journeys_of(ids, user)
    return [person_of(contacts[pk], walked.get(pk, []), viewer) for pk in ids]
