"""What can be done about ourselves: people, hours, absences, notices and keys."""

import secrets
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from trellis.core.memory import forget
from trellis.core.refusal import Refused
from trellis.core.rows import insert_rows
from trellis.core.text import clean_line
from trellis.core.windows import check_zone, read_windows
from trellis.team.hours import build_hours
from trellis.team.models import Absence, ApiToken, Business, Calendar, CalendarDay, Membership, Notice, Role, Team, User
from trellis.team.queries import digest

# A token is used on every request; when it was last used matters to the minute.
_USED_EVERY = timedelta(minutes=1)


def set_business(*, by: User | None, at: datetime, **fields: Any) -> Business:
    """Set what is known about the business, creating it the first time. BadHours for an unknown `time_zone`."""
    check_zone(fields.get("time_zone", "UTC"))
    with transaction.atomic():
        business = Business.objects.select_for_update().first() or Business()
        for name, value in fields.items():
            setattr(business, name, value)
        business.save()
    forget()
    return business


def create_user(
    *,
    name: str,
    email: str,
    role: str,
    by: User | None,
    at: datetime,
    password: str | None = None,
    phone: str = "",
    time_zone: str = "",
    calendar: Calendar | None = None,
    **fields: Any,
) -> User:
    """Add a person. Without a password they cannot log in. Refused when the email is taken or cannot be one."""
    email = email.strip().lower()
    _check_user(email, role)
    if time_zone:
        check_zone(time_zone)
    user = User.objects.create_user(
        email,
        password,
        name=clean_line(name, 120),
        role=role,
        phone=phone,
        time_zone=time_zone,
        calendar=calendar,
        created_at=at,
        **{"hue": zlib.crc32(email.encode()) % 360} | fields,
    )
    forget()
    return user


def _check_user(email: str, role: str) -> None:
    if role not in Role.values:
        raise Refused("unknown_role", f"“{role}” is not a role: choose one of {', '.join(Role.values)}.")
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refused("bad_email", f"“{email}” is not an email address.") from error
    if User.objects.filter(email=email).exists():
        raise Refused("email_taken", f"Somebody with the email {email} is here already.")


@transaction.atomic
def deactivate_user(user: User, *, by: User | None, at: datetime) -> User:
    """End their access. Whoever owns open journeys must hand them over first: the database refuses otherwise."""
    admins = User.objects.active().select_for_update().filter(role=Role.ADMIN)
    if user.role == Role.ADMIN and not [admin for admin in admins if admin.pk != user.pk]:
        raise Refused("last_admin", f"{user.name} is the only admin: make somebody else admin first.")
    if user.deactivated_at is None:
        user.deactivated_at = at
        user.save(update_fields=["deactivated_at"])
    forget()
    return user


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


@transaction.atomic
def set_hours(
    *,
    key: str,
    time_zone: str,
    windows: Mapping[str, object],
    holidays: str = "",
    name: str = "",
    by: User | None,
    at: datetime,
) -> Calendar:
    """Set the weekly hours of a named calendar, creating it the first time. BadHours says what cannot be read."""
    calendar = Calendar.objects.filter(key=key).first() or Calendar(key=key, name=key.capitalize())
    calendar.name = clean_line(name, 80) or calendar.name
    calendar.time_zone, calendar.windows, calendar.holidays = time_zone, dict(windows), holidays
    build_hours(calendar)
    calendar.save()
    forget()
    return calendar


def set_day(
    calendar: Calendar, day: date, *, windows: Sequence[Sequence[str]], label: str = "", by: User | None, at: datetime
) -> CalendarDay:
    """Set the windows of one date, none meaning closed. BadHours says what cannot be read."""
    read_windows(windows)
    changed = {"windows": [list(pair) for pair in windows], "label": clean_line(label, 80)}
    different, _ = CalendarDay.objects.update_or_create(calendar=calendar, date=day, defaults=changed)
    forget()
    return different


def put_on_leave(
    user: User, *, starts_at: datetime, ends_at: datetime, reason: str = "", by: User | None, at: datetime
) -> Absence:
    """Note that a person is away from `starts_at` until `ends_at`."""
    if ends_at <= starts_at:
        raise Refused("ends_before_it_starts", "Leave ends after it starts: choose a later end.")
    absence = Absence.objects.create(user=user, starts_at=starts_at, ends_at=ends_at, reason=clean_line(reason, 120))
    forget()
    return absence


def tell(
    users: Iterable[User | UUID | str],
    text: str,
    *,
    journey_id: UUID | str | None = None,
    contact_id: UUID | str | None = None,
    at: datetime,
) -> list[Notice]:
    """Write one notice for each person, in one statement. A text that is too long is cut."""
    return write_notices(notices_for(users, text, journey_id=journey_id, contact_id=contact_id, at=at))


def notices_for(
    users: Iterable[User | UUID | str],
    text: str,
    *,
    journey_id: UUID | str | None = None,
    contact_id: UUID | str | None = None,
    at: datetime,
) -> list[Notice]:
    """What `tell` writes, for whoever has more to tell and writes all of it in one statement."""
    ids = dict.fromkeys(str(user.pk if isinstance(user, User) else user) for user in users)
    short = text if len(text) <= 240 else text[:239].rstrip() + "…"
    about = {"journey_id": journey_id, "contact_id": contact_id}
    return [Notice(user_id=UUID(id), text=short, created_at=at, **about) for id in ids]


def write_notices(notices: Iterable[Notice]) -> list[Notice]:
    return insert_rows(notices)


def read_notices(user: User, *, at: datetime) -> int:
    """Mark everything this person was told as read; how many were not."""
    return user.notices.filter(read_at=None, created_at__lte=at).update(read_at=at)


def create_token(*, name: str, role: str, by: User | None, at: datetime) -> tuple[ApiToken, str]:
    """Make a key for a machine. The second value is the token itself, which is stored nowhere."""
    if role not in Role.values:
        raise Refused("unknown_role", f"“{role}” is not a role: choose one of {', '.join(Role.values)}.")
    text = "trl_" + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        name=clean_line(name, 80), digest=digest(text), hint=text[:8], role=role, created_at=at, created_by=by
    )
    return token, text


def use_token(token: ApiToken, *, at: datetime) -> None:
    """Note that a token was used, at most once a minute."""
    if token.used_at is None or at - token.used_at >= _USED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(used_at=at)


def revoke_token(token: ApiToken, *, by: User | None, at: datetime) -> ApiToken:
    """End what a token opens, at once."""
    if token.revoked_at is None:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
    return token
