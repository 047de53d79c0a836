"""What can be done about the people who work here."""

import secrets
import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from trellis.core.memory import forget
from trellis.core.refusal import Refused
from trellis.core.text import clean_line
from trellis.core.windows import check_zone
from trellis.team.actions.sessions import end_sessions
from trellis.team.models import ApiToken, Calendar, Role, User
from trellis.team.undoing import keeping, this

# What a person may choose for themselves: one of these words, or a text of at most so many characters.
_PREFERENCES: dict[str, int | tuple[str, ...]] = {
    "name": 120,
    "phone": 40,
    "time_zone": 64,
    "locale": 8,
    "hour_cycle": ("h12", "h23"),
    "week_starts_on": ("", "mon", "sat", "sun"),
    "single_keys": ("on", "off"),
    "theme": ("", "light", "dark"),
}
# Read aloud and typed without a mistake: no 0 and O, no 1, l and I.
_EASY_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


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
    covers: Sequence[str] = (),
    **fields: Any,
) -> User:
    """Add a person. Without a password they cannot log in. Refused when the email is taken or cannot be one."""
    name, email = clean_line(name, 120), email.strip().lower()
    _check_user(name, email, role)
    if time_zone:
        check_zone(time_zone)
    if password is not None:
        check_password(password)
    details = {"hue": zlib.crc32(email.encode()) % 360, "name": name, "role": role, "phone": phone} | fields
    details["covers"] = clean_covers(covers)
    try:
        with keeping(User.objects.filter(email=email), by=by, at=at):
            user = User.objects.create_user(
                email, password, time_zone=time_zone, calendar=calendar, created_at=at, **details
            )
    except IntegrityError as error:  # Somebody else was quicker by a moment.
        raise _taken(email) from error
    forget()
    return user


def update_user(
    user: User,
    *,
    name: str,
    email: str,
    role: str,
    phone: str,
    calendar: Calendar | None,
    covers: Sequence[str] | None = None,
    by: User | None,
    at: datetime,
) -> User:
    """Change who somebody is here. Refused like adding them, and when nobody else would be admin."""
    name, email = clean_line(name, 120), email.strip().lower()
    _check_user(name, email, role, but=user)
    with keeping(this(user), by=by, at=at):
        if role != Role.ADMIN:
            _require_another_admin(user)
        user.name, user.email, user.role, user.phone, user.calendar = name, email, role, clean_line(phone, 40), calendar
        user.covers = user.covers if covers is None else clean_covers(covers)
        user.save(update_fields=["name", "email", "role", "phone", "calendar", "covers"])
    forget()
    return user


def clean_covers(words: Sequence[str]) -> list[str]:
    """Areas and skills as answers are compared with them: in lower case, each once. TooLong where one is no word."""
    return list(dict.fromkeys(found for word in words if (found := clean_line(word, 40).lower())))


def set_preferences(user: User, *, by: User | None, at: datetime, **chosen: str) -> User:
    """Set how somebody likes things, as many of _PREFERENCES as are given. BadHours for an unknown time zone."""
    for name, value in chosen.items():
        allowed = _PREFERENCES[name]
        if isinstance(allowed, tuple) and value not in allowed:
            raise Refused("unknown_choice", f"“{value}” cannot be chosen: choose one of what is offered.")
        setattr(user, name, value if isinstance(allowed, tuple) else clean_line(value, allowed))
    if not user.name:
        raise _nameless()
    if user.time_zone:
        check_zone(user.time_zone)
    with keeping(this(user), by=by, at=at):
        user.save(update_fields=list(chosen))
    forget()
    return user


def change_password(user: User, *, old: str, new: str, by: User | None, at: datetime) -> User:
    """A new password instead of the old one, by whoever knows that."""
    if not user.check_password(old):
        raise Refused("wrong_password", "That is not your password. Write the one that you log in with now.")
    return set_password(user, password=new, by=by, at=at)


def set_password(user: User, *, password: str, by: User | None, at: datetime) -> User:
    """From now on they log in with this, anywhere. Refused when it could be guessed."""
    check_password(password, user)
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        end_sessions(user)
    return user


def check_password(password: str, user: User | None = None) -> None:
    """Refuse what could be guessed."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(
            "weak_password", f"{' '.join(error.messages)} Choose a longer one that nobody guesses."
        ) from error


def password_to_hand_over() -> str:
    """One that nobody guesses and that can be read aloud."""
    return "-".join("".join(secrets.choice(_EASY_LETTERS) for _ in range(4)) for _ in range(4))


def _check_user(name: str, email: str, role: str, but: User | None = None) -> None:
    if not name:
        raise _nameless()
    if role not in Role.values:
        raise Refused("unknown_role", f"“{role}” is not a role: choose one of {', '.join(Role.values)}.")
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refused("bad_email", f"“{email}” is not an email address.") from error
    others = User.objects.exclude(pk=but.pk) if but else User.objects.all()
    if others.filter(email=email).exists():
        raise _taken(email)


def _nameless() -> Refused:
    return Refused("no_name", "Everybody has a name here: write theirs.")


def _taken(email: str) -> Refused:
    return Refused("email_taken", f"Somebody with the email {email} is here already.")


def deactivate_user(user: User, *, by: User | None, at: datetime) -> User:
    """End their access, and that of their tokens. Open journeys must be handed over first: the database insists."""
    with keeping(this(user), _tokens_of(user), by=by, at=at):
        _require_another_admin(user)
        if user.deactivated_at is None:
            user.deactivated_at = at
            user.save(update_fields=["deactivated_at"])
            end_sessions(user)
            _tokens_of(user).filter(revoked_at=None).update(revoked_at=at)
    forget()
    return user


def reactivate_user(user: User, *, by: User | None, at: datetime) -> User:
    """Welcome somebody back who left: they log in as before and stand where they stood in their teams.

    Their tokens stay closed, of which some may not be revoked: when they left, that did not revoke any yet.
    """
    user.deactivated_at = None
    with keeping(this(user), _tokens_of(user), by=by, at=at):
        user.save(update_fields=["deactivated_at"])
        _tokens_of(user).filter(revoked_at=None).update(revoked_at=at)
    forget()
    return user


def _tokens_of(user: User) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(created_by=user)


def refuse_without_admin(user: User, columns: dict[str, Any] | None) -> None:
    """Undo would end their being an admin: somebody else must be one."""
    if columns and (columns.get("role", user.role) != Role.ADMIN or columns.get("deactivated_at")):
        _require_another_admin(user)


def _require_another_admin(user: User) -> None:
    """Somebody must be able to let people in. The rows are locked: two admins may not step down at once."""
    admins = [admin.pk for admin in User.objects.active().select_for_update().filter(role=Role.ADMIN)]
    if admins == [user.pk]:
        raise Refused("last_admin", f"{user.name} is the only admin: make somebody else admin first.")
