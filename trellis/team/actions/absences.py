"""What can be done about absences."""

from datetime import datetime

from trellis.core.memory import forget
from trellis.core.refusal import Refused
from trellis.core.text import clean_line
from trellis.team.models import Absence, User


def put_on_leave(
    user: User, *, starts_at: datetime, ends_at: datetime, reason: str = "", by: User | None, at: datetime
) -> Absence:
    """Note that a person is away from `starts_at` until `ends_at`."""
    if ends_at <= starts_at:
        raise Refused("ends_before_it_starts", "Leave ends after it starts: choose a later end.")
    absence = Absence.objects.create(user=user, starts_at=starts_at, ends_at=ends_at, reason=clean_line(reason, 120))
    forget()
    return absence
