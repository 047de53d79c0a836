"""People who were looked for, each with the three facts of what is open with them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from trellis.desk.queries.names import called, say_point
from trellis.desk.queries.today import STEP_ICONS
from trellis.journeys.lifecycle import LIFECYCLES, lifecycle_of
from trellis.journeys.models import Journey, JourneyStatus, Task
from trellis.journeys.queries import with_next_step
from trellis.people.finding import Found, find_people
from trellis.people.models import Contact
from trellis.people.nearly import near_people
from trellis.team.models import User
from trellis.web.times import Viewer

FIRST = {JourneyStatus.OPEN: 0, JourneyStatus.PARKED: 1, JourneyStatus.CLOSED: 2}


@dataclass(frozen=True, kw_only=True)
class FoundPerson:
    """A person, what is open with them, and how they were found: `by` is the address or company, where not the name.

    `journey` is the open one that is due first, else the parked, else the one that ended last; None for who has none.
    """

    contact: Contact
    name: str
    journey: Journey | None
    lifecycle: str
    by: str = ""

    @property
    def owner(self) -> User | None:
        return self.journey.owner if self.is_alive and self.journey else None

    @property
    def next_step(self) -> Task | None:
        return self.journey.next_task if self.journey else None

    @property
    def due_at(self) -> datetime | None:
        return self.journey.due_at if self.journey else None

    @property
    def step_icon(self) -> str:
        return STEP_ICONS[self.next_step.kind] if self.next_step else "circle-alert"

    @property
    def is_alive(self) -> bool:
        """Whether something is open or parked with them."""
        return self.journey is not None and self.journey.status != JourneyStatus.CLOSED


def found_people(text: str, user: User, viewer: Viewer, limit: int) -> list[FoundPerson]:
    """Whom the words find, best first. Four queries or a few more, however many they are."""
    found = find_people(text, who=user, limit=limit)
    walked = journeys_of([one.contact.pk for one in found], user)
    return [person_of(one.contact, walked.get(one.contact.pk, []), viewer, by=why_found(one, viewer)) for one in found]


def people_meant(text: str, user: User, viewer: Viewer, limit: int, *, but: Collection[UUID]) -> list[FoundPerson]:
    """Who may be meant by words with a slip in them, beside those who were found. Four queries."""
    near = near_people(text, who=user, limit=limit, but=but)
    walked = journeys_of([contact.pk for contact in near], user)
    return [person_of(contact, walked.get(contact.pk, []), viewer) for contact in near]


def why_found(found: Found, viewer: Viewer) -> str:
    """The address or the company that says so, where the name does not."""
    if found.point:
        return say_point(found.point, viewer.region)
    return found.company.name if found.company else ""


def journeys_of(contact_ids: Sequence[UUID], user: User) -> dict[UUID, list[Journey]]:
    """Their journeys that the user sees, the one to show first at the head. One query."""
    walked: dict[UUID, list[Journey]] = {}
    seen = Journey.objects.genuine().visible_to(user).filter(contact__in=contact_ids)
    for journey in with_next_step(seen) if contact_ids else []:
        walked.setdefault(journey.contact_id, []).append(journey)
    return {contact_id: sorted(theirs, key=shown_first) for contact_id, theirs in walked.items()}


def shown_first(journey: Journey) -> tuple[int, float]:
    when = journey.due_at.timestamp() if journey.due_at else -(journey.closed_at or journey.started_at).timestamp()
    return FIRST[JourneyStatus(journey.status)], when


def person_of(contact: Contact, journeys: Sequence[Journey], viewer: Viewer, *, by: str = "") -> FoundPerson:
    return FoundPerson(
        contact=contact,
        name=called(contact, viewer.region),
        journey=journeys[0] if journeys else None,
        lifecycle=LIFECYCLES[lifecycle_of(journeys)],
        by=by,
    )
