"""What can be done about teams: who is in them, and in which order leads are dealt."""

from collections.abc import Sequence
from datetime import datetime
from itertools import count
from typing import Any

from django.db.models import QuerySet
from django.utils.text import slugify

from trellis.core.memory import forget
from trellis.core.refusal import Refused
from trellis.core.text import clean_line
from trellis.team.models import Membership, Team, User
from trellis.team.undoing import keeping, this


def create_team(*, name: str, key: str = "", users: Sequence[User] = (), by: User | None, at: datetime) -> Team:
    """Form a team. Leads are dealt to its people in the order given. Without a key it gets one from its name."""
    name = _checked(name)
    key = key or free_key(name, Team.objects.all(), "team")
    with keeping(Team.objects.filter(key=key), Membership.objects.filter(team__key=key), by=by, at=at):
        team = Team.objects.create(key=key, name=name)
        Membership.objects.bulk_create(
            Membership(team=team, user=user, position=place) for place, user in enumerate(users)
        )
    forget()
    return team


def rename_team(team: Team, *, name: str, by: User | None, at: datetime) -> Team:
    """Call a team something else. Its key, by which playbooks name it, stays."""
    team.name = _checked(name, but=team)
    with keeping(this(team), by=by, at=at):
        team.save(update_fields=["name"])
    forget()
    return team


def _checked(name: str, but: Team | None = None) -> str:
    name = clean_line(name, 80)
    if not name:
        raise Refused("no_name", "A team has a name: write one, such as Front desk.")
    others = Team.objects.exclude(pk=but.pk) if but else Team.objects.all()
    if others.filter(name__iexact=name).exists():
        raise Refused("name_taken", f"There is a team called {name} already: choose another name.")
    return name


def free_key(name: str, taken: QuerySet[Any], otherwise: str) -> str:
    """A key made of the name that none of `taken` has yet."""
    wish = slugify(name)[:40] or otherwise
    keys = set(taken.filter(key__startswith=wish).values_list("key", flat=True))
    return next(key for number in count(1) if (key := wish if number == 1 else f"{wish}-{number}") not in keys)


def set_members(team: Team, *, users: Sequence[User], by: User | None, at: datetime) -> Team:
    """Who is in a team, in the order in which leads are dealt. Whoever left the business keeps a place, at the end."""
    with keeping(team.memberships, by=by, at=at):
        members = {member.user_id: member for member in team.memberships.select_for_update().order_by("position")}
        gone = team.memberships.exclude(user__deactivated_at=None).exclude(user__in=users)
        staying = [*(user.pk for user in users), *gone.order_by("position").values_list("user_id", flat=True)]
        team.memberships.exclude(user__in=staying).delete()
        for place, user_id in enumerate(staying):
            member = members.get(user_id) or Membership(team=team, user_id=user_id)
            member.position = place
            member.save()
    forget()
    return team


def set_teams(user: User, *, teams: Sequence[Team], by: User | None, at: datetime) -> User:
    """The teams somebody is in: last in the order of those that are new to them."""
    with keeping(user.memberships, by=by, at=at):
        user.memberships.exclude(team__in=teams).delete()
        for team in teams:
            join_team(user, team, by=None, at=at)
    forget()
    return user


def join_team(user: User, team: Team, *, by: User | None, at: datetime) -> Membership:
    """Put a person last in the order of a team, or leave them where they are."""
    last = team.memberships.order_by("-position").first()
    place = 0 if last is None else last.position + 1
    with keeping(team.memberships.filter(user=user), by=by, at=at):
        membership, _ = Membership.objects.get_or_create(team=team, user=user, defaults={"position": place})
    forget()
    return membership
