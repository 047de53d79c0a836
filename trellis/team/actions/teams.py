"""What can be done about teams: who is in them, and in which order leads are dealt."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from trellis.core.memory import forget
from trellis.core.text import clean_line
from trellis.team.models import Membership, Team, User


def create_team(*, key: str, name: str, users: Sequence[User] = (), by: User | None, at: datetime) -> Team:
    """Form a team. Leads are dealt to its people in the order given."""
    with transaction.atomic():
        team = Team.objects.create(key=key, name=clean_line(name, 80))
        Membership.objects.bulk_create(
            Membership(team=team, user=user, position=place) for place, user in enumerate(users)
        )
    forget()
    return team


@transaction.atomic
def join_team(user: User, team: Team, *, by: User | None, at: datetime) -> Membership:
    """Put a person last in the order of a team, or leave them where they are."""
    last = team.memberships.order_by("-position").first()
    place = 0 if last is None else last.position + 1
    membership, _ = Membership.objects.get_or_create(team=team, user=user, defaults={"position": place})
    forget()
    return membership
