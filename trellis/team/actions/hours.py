"""What can be done about calendars: their weeks, and the dates that differ."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from trellis.core.memory import forget
from trellis.core.refusal import Refused
from trellis.core.text import clean_line
from trellis.core.windows import read_windows
from trellis.team.actions.teams import free_key
from trellis.team.hours import build_hours
from trellis.team.models import Calendar, CalendarDay, User
from trellis.team.undoing import keeping, this


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
    with keeping(Calendar.objects.filter(key=key), by=by, at=at):
        calendar.save()
    forget()
    return calendar


def create_calendar(
    *, name: str, time_zone: str, windows: Mapping[str, object], holidays: str = "", by: User | None, at: datetime
) -> Calendar:
    """Set up hours beside those that there are. BadHours says what cannot be read."""
    name = clean_line(name, 80)
    if not name:
        raise Refused("no_name", "Hours have a name: write one, such as Saturdays.")
    if Calendar.objects.filter(name__iexact=name).exists():
        raise Refused("name_taken", f"There are hours called {name} already: choose another name.")
    key = free_key(name, Calendar.objects.all(), "hours")
    return set_hours(key=key, name=name, time_zone=time_zone, windows=windows, holidays=holidays, by=by, at=at)


def set_day(
    calendar: Calendar, day: date, *, windows: Sequence[Sequence[str]], label: str = "", by: User | None, at: datetime
) -> CalendarDay:
    """Set the windows of one date, none meaning closed. BadHours says what cannot be read."""
    read_windows(windows)
    changed = {"windows": [list(pair) for pair in windows], "label": clean_line(label, 80)}
    with keeping(calendar.days.filter(date=day), by=by, at=at):
        different, _ = CalendarDay.objects.update_or_create(calendar=calendar, date=day, defaults=changed)
    forget()
    return different


def remove_day(day: CalendarDay, *, by: User | None, at: datetime) -> None:
    """Let a date be like any other of its weekday again."""
    with keeping(this(day), by=by, at=at):
        day.delete()
    forget()
