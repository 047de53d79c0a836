"""Our own people, as someone who hands work over needs to see them."""

from dataclasses import dataclass
from datetime import datetime

from trellis.journeys.queries import carried_by
from trellis.team.models import User
from trellis.team.queries import StaffMember, staff


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """A person, whether they are on duty, and how many open journeys they have."""

    user: User
    member: StaffMember
    open_journeys: int


def colleagues(at: datetime, user: User) -> list[Colleague]:
    """Everybody who can own a journey: those on duty first, then by how much they have that the user sees."""
    members = {member.id: member for member in staff(at) if member.role != "viewer"}
    users = list(User.objects.filter(pk__in=members))
    carried = carried_by([one.pk for one in users], user)
    found = [Colleague(user=one, member=members[str(one.pk)], open_journeys=carried[one.pk]) for one in users]
    return sorted(found, key=lambda one: (not one.member.on_duty, one.open_journeys, one.user.name))
