"""What can be done about absences."""

from datetime import datetime

from trellis.core.memory import forget
from trellis.core.refusal import Refused
from trellis.core.text import clean_line
from trellis.team.models import Absence, User
from trellis.team.undoing import keeping, this


def put_on_leave(
    user: User, *, starts_at: datetime, ends_at: datetime, reason: str = "", by: User | None, at: datetime
) -> Absence:
    """Note that a person is away from `starts_at` until `ends_at`. The same absence twice is one."""
    _check(starts_at, ends_at, at)
    noted = {"reason": clean_line(reason, 120)}
    with keeping(user.absences.filter(starts_at=starts_at, ends_at=ends_at), by=by, at=at):
        absence, _ = Absence.objects.update_or_create(user=user, starts_at=starts_at, ends_at=ends_at, defaults=noted)
    forget()
    return absence


def change_leave(
    absence: Absence, *, starts_at: datetime, ends_at: datetime, reason: str, by: User | None, at: datetime
) -> Absence:
    """They go or come back at another time. What was passed on meanwhile stays where it is."""
    _check(starts_at, ends_at, at)
    absence.starts_at, absence.ends_at, absence.reason = starts_at, ends_at, clean_line(reason, 120)
    with keeping(this(absence), by=by, at=at):
        absence.save()
    forget()
    return absence


def remove_leave(absence: Absence, *, by: User | None, at: datetime) -> None:
    """They are not away after all."""
    with keeping(this(absence), by=by, at=at):
        absence.delete()
    forget()


def _check(starts_at: datetime, ends_at: datetime, at: datetime) -> None:
    if ends_at <= starts_at:
        raise Refused("ends_before_it_starts", "Leave ends after it starts: choose a later end.")
    if ends_at <= at:
        raise Refused("is_over", "That is over already: choose an end that is still to come.")
