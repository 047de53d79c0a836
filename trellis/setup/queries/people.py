"""Everybody who works here: where they stand, what they carry and when they are away."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from trellis.core.availability import NEVER
from trellis.journeys.queries import carried_by
from trellis.team.models import Absence, Membership, User
from trellis.team.queries import StaffMember, business, staff
from trellis.web.times import Viewer, clock_time, date_name, weekday_name

PAGE = 25


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """A person as the list shows them."""

    user: User
    member: StaffMember | None
    teams: list[str]
    open_journeys: int
    away: list[str]

    @property
    def is_back(self) -> bool:
        """They are on duty at some time again."""
        return self.member is not None and self.member.next_on_duty_at < NEVER


@dataclass(frozen=True, kw_only=True)
class People:
    """One page of those who are here, with where the next one starts; and the last who left, on the first page."""

    here: list[Colleague]
    after: str
    left: list[User]
    more_left: str


def people_for(user: User, viewer: Viewer, *, after: str = "", left_before: str = "") -> People:
    users = list(beyond(User.objects.active(), after)[: PAGE + 1])
    gone = list(those_who_left(left_before)[: PAGE + 1]) if not after else []
    return People(
        here=colleagues(users[:PAGE], user, viewer),
        after=cursor_at(users[PAGE - 1]) if len(users) > PAGE else "",
        left=gone[:PAGE],
        more_left=left_cursor_at(gone[PAGE - 1]) if len(gone) > PAGE else "",
    )


def beyond(users: QuerySet[User], after: str) -> QuerySet[User]:
    """In the order of their names, from where the page before ended."""
    name, _, pk = after.rpartition("|")
    ordered = users.order_by("name", "pk")
    return ordered.filter(Q(name__gt=name) | Q(name=name, pk__gt=pk)) if is_id(pk) else ordered


def cursor_at(user: User) -> str:
    return f"{user.name}|{user.pk}"


def those_who_left(before: str) -> QuerySet[User]:
    """The last first."""
    gone = User.objects.exclude(deactivated_at=None).order_by("-deactivated_at", "-pk")
    moment, _, pk = before.rpartition("|")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return gone
    return gone.filter(Q(deactivated_at__lt=at) | Q(deactivated_at=at, pk__lt=pk)) if is_id(pk) and at.tzinfo else gone


def left_cursor_at(user: User) -> str:
    return f"{user.deactivated_at.isoformat() if user.deactivated_at else ''}|{user.pk}"


def is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def colleagues(users: Sequence[User], by: User, viewer: Viewer) -> list[Colleague]:
    """As many queries for one as for all."""
    ids = [user.pk for user in users]
    members = {member.id: member for member in staff(viewer.now)}
    teams, carried, absences = teams_of(ids), carried_by(ids, by), absences_ahead(ids, viewer.now)
    return [
        Colleague(
            user=user,
            member=members.get(str(user.pk)),
            teams=teams[user.pk],
            open_journeys=carried.get(user.pk, 0),
            away=[say_leave(absence, user, viewer) for absence in absences[user.pk]],
        )
        for user in users
    ]


def teams_of(user_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    names: dict[UUID, list[str]] = defaultdict(list)
    places = Membership.objects.filter(user__in=user_ids).order_by("team__name")
    for user_id, name in places.values_list("user_id", "team__name"):
        names[user_id].append(name)
    return names


def absences_ahead(user_ids: Sequence[UUID], at: datetime) -> dict[UUID, list[Absence]]:
    """Those that go on now, and those to come."""
    found: dict[UUID, list[Absence]] = defaultdict(list)
    for absence in Absence.objects.filter(user__in=user_ids, ends_at__gt=at).order_by("starts_at", "pk"):
        found[absence.user_id].append(absence)
    return found


def say_leave(absence: Absence, person: User, viewer: Viewer) -> str:
    """Mon, Jul 6 – Fri, Jul 10 where it is whole days to them; else with its times, as the viewer's clock has them."""
    zone = ZoneInfo(person.time_zone or business().time_zone)
    start, end = absence.starts_at.astimezone(zone), absence.ends_at.astimezone(zone)
    if start.time() == end.time() == time():
        first, last = start.date(), end.date() - timedelta(days=1)
        return say_day(first, viewer) if first == last else f"{say_day(first, viewer)} – {say_day(last, viewer)}"
    first, last = (viewer.local(moment).date() for moment in (absence.starts_at, absence.ends_at))
    begins = f"{say_day(first, viewer)}, {clock_time(absence.starts_at, viewer)}"
    ends = clock_time(absence.ends_at, viewer)
    return f"{begins} – {ends}" if first == last else f"{begins} – {say_day(last, viewer)}, {ends}"


def say_day(day: date, viewer: Viewer) -> str:
    """Mon, Jul 6; with its year when that is another."""
    return weekday_name(day, viewer) if day.year == viewer.today.year else date_name(day, viewer)
