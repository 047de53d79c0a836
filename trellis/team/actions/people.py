"""What can be done about the people who work here."""

import zlib
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from trellis.core.memory import forget
from trellis.core.refusal import Refused
from trellis.core.text import clean_line
from trellis.core.windows import check_zone
from trellis.team.models import Calendar, Role, User


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
