"""The list of people: found by what was typed, or everybody page by page, each with what is open with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from trellis.desk.permissions import heard_by
from trellis.desk.queries.found import FoundPerson, found_people, journeys_of, person_of
from trellis.desk.queries.names import say_point
from trellis.people.models import Contact
from trellis.people.nearly import near_people
from trellis.people.queries import ORDERS, contacts_page
from trellis.team.models import User
from trellis.web.times import Viewer

PAGE = 50
FIRST_ORDER = "heard"
FEW_MEANT = 3


@dataclass(frozen=True, kw_only=True)
class Touch:
    """The last time that one side spoke: `whose` is ours or theirs; empty where nobody did and they were added then."""

    at: datetime
    whose: str


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """One person, with who spoke last and how to reach them."""

    person: FoundPerson
    touch: Touch
    reach: list[str]
    words: str


@dataclass(frozen=True, kw_only=True)
class ContactList:
    """`after` is where the next page starts; `is_cut`: more were found than fit; `nearest` may have been meant."""

    rows: list[PersonRow]
    order: str
    text: str = ""
    after: str = ""
    is_cut: bool = False
    nearest: Sequence[Contact] = ()

    @property
    def looked_for(self) -> str:
        """What the text is: a name, an email or a phone, as the form for a new lead calls them."""
        if "@" in self.text:
            return "email"
        return "name" if any(mark.isalpha() for mark in self.text) else "phone"


def contact_list(*, user: User, text: str, order: str, after: str, viewer: Viewer) -> ContactList:
    """Four or five queries, however many they are."""
    order, text = order if order in ORDERS else FIRST_ORDER, " ".join(text.split())
    if text:
        people = found_people(text, user, viewer, PAGE + 1)
        nearest = [] if people else near_people(text, who=user, limit=FEW_MEANT)
        return ContactList(
            rows=rows_of(people[:PAGE], user, viewer),
            order=order,
            text=text,
            is_cut=len(people) > PAGE,
            nearest=nearest,
        )
    page, after = contacts_page(who=user, by=order, after=after, most=PAGE)
    walked = journeys_of([contact.pk for contact in page], user)
    people = [person_of(contact, walked.get(contact.pk, []), viewer) for contact in page]
    return ContactList(rows=rows_of(people, user, viewer), order=order, after=after)


def rows_of(people: Sequence[FoundPerson], user: User, viewer: Viewer) -> list[PersonRow]:
    heard = heard_by(user, [one.contact.pk for one in people])
    return [
        PersonRow(
            person=one,
            touch=touch_of(one),
            reach=reach_of(one.contact, viewer),
            words=one.journey.words if one.journey and one.contact.pk in heard else "",
        )
        for one in people
    ]


def reach_of(contact: Contact, viewer: Viewer) -> list[str]:
    """Their phone number and their email address, one that works before the others."""
    points = sorted(contact.points.all(), key=lambda point: (point.unreachable_at is not None, point.held_at is None))
    first = (next((point for point in points if point.kind == kind), None) for kind in ("phone", "email"))
    return [say_point(point, viewer.region) for point in first if point]


def touch_of(person: FoundPerson) -> Touch:
    contact, journey = person.contact, person.journey
    heard = max(filter(None, [contact.heard_at, journey.heard_at if journey else None]), default=None)
    spoke = journey.spoke_at if journey else None
    if spoke and (heard is None or spoke > heard):
        return Touch(at=spoke, whose="ours")
    return Touch(at=heard, whose="theirs") if heard else Touch(at=contact.created_at, whose="")
