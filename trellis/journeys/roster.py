"""The people of this business for a rehearsal: who works here and when, as the database knows it."""

from trellis.journeys.rehearsal.roster import Absence, Member, Roster
from trellis.journeys.world import last_assignments
from trellis.team.models import User
from trellis.team.queries import absences_of_people, active_people, hours_of, hours_of_users, places_in_teams


def roster_of_business(calendar: str, *, with_gone: bool = False) -> Roster:
    """Everybody who is active, with their hours, their teams and all absences that are written down.

    `calendar` is the key of the playbook's hours; `with_gone` names those who left, too. Raises UnknownCalendar.
    """
    members = members_of_business(with_gone=with_gone)
    last_assigned = last_assignments([member.id for member in members])
    return Roster(members=members, hours=hours_of(calendar), last_assigned=last_assigned)


def members_of_business(*, with_gone: bool = False) -> list[Member]:
    """Everybody who is active, with what is kept of them in memory."""
    users = list(User.objects.order_by("created_at", "id")) if with_gone else active_people()
    hours, teams, absences = hours_of_users(users), places_in_teams(), absences_of_people()
    return [
        Member(
            id=str(user.pk),
            name=user.name,
            role=user.role,
            teams=dict(teams.get(user.pk, ())),
            hours=hours[user.pk],
            absences=[Absence(starts_at=row.starts_at, ends_at=row.ends_at) for row in absences.get(user.pk, ())],
            covers=frozenset(user.covers),
            gone_at=user.deactivated_at,
        )
        for user in users
    ]
