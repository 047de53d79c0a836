"""Questions about who we are, when we work and who is there now."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet

from trellis.core.availability import away_until, next_on_duty, off_duty_since
from trellis.core.business_time import Hours
from trellis.core.memory import keep
from trellis.core.questions import RowsOf, hold
from trellis.team.hours import build_hours
from trellis.team.models import Absence, ApiToken, Business, Calendar, CalendarDay, Grant, Membership, User

TEAM_CALENDAR = "office"

_last_hours: dict[str, Hours] = {}


class UnknownCalendar(LookupError):
    """No calendar has this key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """A working person as they are at one moment. `teams` pairs a team's key with the position in it."""

    id: str
    name: str
    role: str
    email: str
    phone: str
    time_zone: str
    teams: tuple[tuple[str, int], ...]
    on_duty: bool
    away_until: datetime | None
    next_on_duty_at: datetime
    covers: frozenset[str] = frozenset()


def business() -> Business:
    """The business, with plain defaults (not stored) where none was set up yet."""
    return keep("business", _read_business)


def grants() -> Mapping[tuple[str, str, str], int]:
    """What admins made different in how far roles reach, by role, noun and verb; at most two seconds old."""
    return keep("grants", _read_grants)


def hours_of(key: str) -> Hours:
    """The hours of a named calendar, at most two seconds old. UnknownCalendar when there is none."""
    for hours in _hours().values():
        if hours.key == key:
            return hours
    raise UnknownCalendar(f"There is no calendar “{key}”.")


def staff(at: datetime) -> tuple[StaffMember, ...]:
    """Everybody who is active, in the order in which they joined."""
    absences = absences_of_people()
    return tuple(_staff_member(user, _after(at, absences[user.id]), at) for user in active_people())


def off_duty(at: datetime) -> list[tuple[StaffMember, datetime]]:
    """Those who are neither on duty nor away, and since when."""
    absences, users = keep("absences", _read_absences), {str(user.id): user for user in active_people()}
    return [
        (member, off_duty_since(_hours_for(users[member.id]), absences[users[member.id].id], at))
        for member in staff(at)
        if not (member.on_duty or member.away_until)
    ]


def active_people() -> list[User]:
    """Everybody who is active, in the order in which they joined, at most two seconds old."""
    return keep("users", _read_users)


def hours_of_users(users: Iterable[User]) -> dict[UUID, Hours | None]:
    """The hours that each keeps: their own, else the team's; None where nobody wrote down any."""
    return {user.pk: _hours_for(user) for user in users}


def places_in_teams() -> dict[UUID, tuple[tuple[str, int], ...]]:
    """By person: the key of each of their teams with the place in it, at most two seconds old."""
    return _teams()


def teammates_of(person: UUID) -> frozenset[UUID]:
    """Everybody who shares a team with them, and they themselves; at most two seconds old."""
    teams = places_in_teams()
    theirs = {key for key, _ in teams.get(person, ())}
    return frozenset({person, *(user for user, places in teams.items() if any(key in theirs for key, _ in places))})


def absences_of_people() -> dict[UUID, list[Absence]]:
    """By person: every absence that is written down, in the order of their start, at most two seconds old."""
    return keep("absences", _read_absences)


def absences_between(start: datetime, end: datetime) -> dict[UUID, list[Absence]]:
    """Who is away at some time between two moments, by person, in the order of their start."""
    found: dict[UUID, list[Absence]] = defaultdict(list)
    for absence in Absence.objects.filter(ends_at__gt=start, starts_at__lt=end).order_by("starts_at", "id"):
        found[absence.user_id].append(absence)
    return found


def find_token(text: str) -> ApiToken | None:
    """The token that reads `text`, unless it was revoked or whoever made it has left."""
    open_ones = ApiToken.objects.filter(revoked_at=None, created_by__deactivated_at=None)
    return open_ones.select_related("created_by").filter(digest=digest(text)).first()


def digest(token: str) -> str:
    """What is stored of a token: enough to recognize it, not to use it."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _read_business() -> Business:
    """With the grants, which every request asks for too, and the teams, by which some of them reach."""
    along = {"read_grants": RowsOf(Grant.objects.all()), "read_teams": RowsOf(_memberships())}
    found = Business.objects.annotate(**along).first()
    return found or Business(name="Our business")


def _read_grants() -> dict[tuple[str, str, str], int]:
    told: Iterable[Grant] | None = business().__dict__.get("read_grants")
    rows = Grant.objects.all() if told is None else told
    return {(grant.role, grant.noun, grant.verb): grant.reach for grant in rows}


def _hours() -> dict[UUID, Hours]:
    return keep("hours", _read_hours)


def _read_hours() -> dict[UUID, Hours]:
    """By calendar, in one query. Hours that did not change stay the same object, with their open time laid out."""
    read = {}
    days = CalendarDay.objects.filter(calendar=OuterRef("pk"))
    for calendar in Calendar.objects.annotate(read_days=RowsOf(days)):
        hold(calendar, "days", calendar.read_days)
        hours = build_hours(calendar)
        if _last_hours.get(hours.key) != hours:
            _last_hours[hours.key] = hours
        read[calendar.id] = _last_hours[hours.key]
    return read


def _teams() -> dict[UUID, tuple[tuple[str, int], ...]]:
    return keep("teams", _read_teams)


def _memberships() -> QuerySet[Any]:
    return Membership.objects.annotate(team_key=F("team__key")).order_by("team_key")


def _read_teams() -> dict[UUID, tuple[tuple[str, int], ...]]:
    teams: dict[UUID, list[tuple[str, int]]] = defaultdict(list)
    told: Iterable[Any] | None = business().__dict__.get("read_teams")
    for place in _memberships() if told is None else told:
        teams[place.user_id].append((place.team_key, place.position))
    return {user: tuple(places) for user, places in teams.items()}


def _read_users() -> list[User]:
    return list(User.objects.active().order_by("created_at", "id"))


def _read_absences() -> dict[UUID, list[Absence]]:
    absences: dict[UUID, list[Absence]] = defaultdict(list)
    for absence in Absence.objects.filter(user__deactivated_at=None).order_by("starts_at"):
        absences[absence.user_id].append(absence)
    return absences


def _after(at: datetime, absences: list[Absence]) -> list[Absence]:
    return [absence for absence in absences if absence.ends_at > at]


def _staff_member(user: User, absences: list[Absence], at: datetime) -> StaffMember:
    hours = _hours_for(user)
    next_on_duty_at = next_on_duty(hours, absences, at)
    return StaffMember(
        id=str(user.id),
        name=user.name,
        role=user.role,
        email=user.email,
        phone=user.phone,
        time_zone=user.time_zone or business().time_zone,
        teams=_teams().get(user.id, ()),
        on_duty=next_on_duty_at == at,
        away_until=away_until(absences, at),
        next_on_duty_at=next_on_duty_at,
        covers=frozenset(user.covers),
    )


def _hours_for(user: User) -> Hours | None:
    """Their own calendar, else the team's. Nobody wrote down any: they count as always there."""
    if user.calendar_id is not None:
        return _hours()[user.calendar_id]
    return next((hours for hours in _hours().values() if hours.key == TEAM_CALENDAR), None)
