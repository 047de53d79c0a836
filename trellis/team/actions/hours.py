"""What can be done about calendars: their weeks, and the dates that differ."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from trellis.core.memory import forget
from trellis.core.text import clean_line
from trellis.core.windows import read_windows
from trellis.team.hours import build_hours
from trellis.team.models import Calendar, CalendarDay, User


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
