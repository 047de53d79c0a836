"""The people of this business for a rehearsal: who works here and when, as the database knows it."""

from collections import defaultdict
from uuid import UUID

from trellis.journeys.rehearsal.roster import Absence, Member, Roster
from trellis.journeys.world import last_assignments
from trellis.team.models import Absence as AbsenceRow
from trellis.team.models import Membership
from trellis.team.queries import active_people, hours_of, hours_of_users


def roster_of_business(calendar: str) -> Roster:
    """Everybody who is active, with their hours, their teams and all absences that are written down.

    `calendar` is the key of the playbook's hours. Raises UnknownCalendar.
    """
    users = active_people()
    hours, teams, absences = hours_of_users(users), places_in_teams(), absences_of_people()
    ids = [str(user.pk) for user in users]
    members = [
        Member(
            id=str(user.pk),
            name=user.name,
            role=user.role,
            teams=teams[user.pk],
            hours=hours[user.pk],
            absences=absences[user.pk],
        )
        for user in users
    ]
    return Roster(members=members, hours=hours_of(calendar), last_assigned=last_assignments(ids))


def places_in_teams() -> dict[UUID, dict[str, int]]:
    """By person: the key of each of their teams, with their turn in it."""
    places: dict[UUID, dict[str, int]] = defaultdict(dict)
    for user, key, position in Membership.objects.order_by("team__key").values_list("user_id", "team__key", "position"):
        places[user][key] = position
    return places


def absences_of_people() -> dict[UUID, list[Absence]]:
    """By person, in the order of their start."""
    found: dict[UUID, list[Absence]] = defaultdict(list)
    for row in AbsenceRow.objects.filter(user__deactivated_at=None).order_by("starts_at", "id"):
        found[row.user_id].append(Absence(starts_at=row.starts_at, ends_at=row.ends_at))
    return found
