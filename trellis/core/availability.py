"""When somebody is there: their hours, less the times they are away. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from trellis.core.business_time import Hours, NeverOpen

# When somebody who never works is on duty next: later than anything, and still a date that every zone can show.
LOOK_BACK = timedelta(days=8)
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class Away(Protocol):
    """A time of absence, the end not included."""

    @property
    def starts_at(self) -> datetime: ...

    @property
    def ends_at(self) -> datetime: ...


def next_on_duty(hours: Hours | None, absences: Sequence[Away], at: datetime) -> datetime:
    """The first moment from `at` on that is open and in no absence; NEVER when there is none.

    Without hours somebody counts as always there. `absences` are in the order of their start.
    """
    while True:
        try:
            opening = hours.next_open(at) if hours else at
        except NeverOpen:
            return NEVER
        back = away_until(absences, opening)
        if back is None:
            return opening
        at = back


def off_duty_since(hours: Hours | None, absences: Sequence[Away], at: datetime) -> datetime:
    """When somebody who is not there at `at` was there last; eight days before where that is longer ago."""
    start = at - LOOK_BACK
    for opening, end in reversed(hours.open_spans(start, at) if hours else [(start, at)]):
        while gone := next((one for one in absences if one.starts_at < end <= one.ends_at), None):
            end = gone.starts_at
        if end > opening:
            return end
    return start


def away_until(absences: Sequence[Away], at: datetime) -> datetime | None:
    """When somebody who is away at `at` is back, absences that follow without a gap being one; None who is not away."""
    back = None
    for absence in absences:
        if absence.starts_at <= (back or at) < absence.ends_at:
            back = absence.ends_at
    return back


def unchanged_until(hours: Hours | None, absences: Sequence[Away], at: datetime) -> datetime:
    """A moment after `at` up to which somebody stays as they are at `at`: there, off duty or away."""
    edges = [edge for absence in absences for edge in (absence.starts_at, absence.ends_at) if edge > at]
    return min([hours.unchanged_until(at) if hours else NEVER, *edges])
