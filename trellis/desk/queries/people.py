"""Our own people, as someone who hands work over needs to see them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from trellis.journeys.models import Journey
from trellis.team.models import User
from trellis.team.permissions import sees_all
from trellis.team.queries import StaffMember, staff


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """A person, whether they are on duty, and how many open journeys they have."""

    user: User
    member: StaffMember
    open_journeys: int


def colleagues(at: datetime, user: User) -> list[Colleague]:
    """Everybody who can own a journey: those on duty first, then by how much they have that the user sees."""
    seen = Q() if sees_all(user) else Q(journeys__in=Journey.objects.visible_to(user))
    members = {member.id: member for member in staff(at) if member.role != "viewer"}
    users = User.objects.filter(pk__in=members).annotate(
        open_journeys=Count("journeys", filter=Q(journeys__status="open") & seen)
    )
    found = [Colleague(user=user, member=members[str(user.pk)], open_journeys=user.open_journeys) for user in users]
    return sorted(found, key=lambda one: (not one.member.on_duty, one.open_journeys, one.user.name))
