"""Times as people read them, in the viewer's zone, locale and hour cycle. Pure: everything is given."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

from trellis.core.day_words import Ways
from trellis.web.locales import DEFAULT, Writing, writing_of

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WRITTEN_CLOCK = re.compile(r"\b(?:[01]\d|2[0-3]):[0-5]\d\b")


@dataclass(frozen=True)
class Viewer:
    """Who looks, and when: their zone, "h12" or "h23", the request's one `at`, and the region of bare phone numbers.

    `locale` is how dates and money are written; `week_starts_on` a weekday (0 is Monday), the locale's when None.
    """

    zone: ZoneInfo
    hour_cycle: str
    now: datetime
    region: str = "US"
    locale: str = DEFAULT
    week_starts_on: int | None = None

    @cached_property
    def writing(self) -> Writing:
        return writing_of(self.locale)

    @cached_property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)

    @cached_property
    def first_weekday(self) -> int:
        return self.writing.first_weekday if self.week_starts_on is None else self.week_starts_on

    @cached_property
    def ways(self) -> Ways:
        """How they write days."""
        return Ways(order=self.writing.date_order, week_starts_on=self.first_weekday, today=self.today)

    def start_of_week(self, day: date) -> date:
        """The first day of the week that `day` is in, as this viewer counts weeks."""
        return day - timedelta(days=(day.weekday() - self.first_weekday) % 7)


@dataclass(frozen=True)
class TimeLeft:
    """How a deadline looks: its state, its words, and the share of the window that is left, 0 to 100."""

    state: Literal["ok", "soon", "over", "wait"]
    text: str
    percent: int


def clock_time(at: datetime | time, viewer: Viewer) -> str:
    """10:34 AM, or 10:34. A bare time is one on the wall already."""
    local = viewer.local(at) if isinstance(at, datetime) else at
    writing = viewer.writing
    return writing.clocks[viewer.hour_cycle].format(
        hour=local.hour, hour12=local.hour % 12 or 12, minute=local.minute, half=writing.halves[local.hour >= 12]
    )


def on_their_clock(words: str, viewer: Viewer) -> str:
    """Words that have been put together elsewhere, with each time in them written so: Sat 9:40 PM for Sat 21:40."""
    return WRITTEN_CLOCK.sub(lambda found: clock_time(time.fromisoformat(found[0]), viewer), words)


def clock_range(start: time, end: time, viewer: Viewer) -> str:
    """8:00 AM–12:00 PM, 1:00–5:00 PM, 13:00–17:00; all day where it ends when it started."""
    if start == end:
        return "all day" if start == time() else f"{clock_time(start, viewer)}–{clock_time(end, viewer)} the next day"
    first, last = clock_time(start, viewer), clock_time(end, viewer)
    half = f" {viewer.writing.halves[start.hour >= 12]}"
    return f"{first.removesuffix(half) if last.endswith(half) and start < end else first}–{last}"


def day_name(at: datetime | date, viewer: Viewer) -> str:
    """Today, Yesterday, Tomorrow, Thu, Jun 11 or, in another year, Jun 11, 2024."""
    day = _day(at, viewer)
    apart = (day - viewer.today).days
    if apart in (-1, 0, 1):
        return ("Today", "Tomorrow", "Yesterday")[apart]
    same_year = day.year == viewer.today.year
    return _written(day, viewer, viewer.writing.weekday_day if same_year else viewer.writing.day_year)


def date_name(at: datetime | date, viewer: Viewer) -> str:
    """Jun 11, or Jun 11, 2024 in another year."""
    day = _day(at, viewer)
    return _written(day, viewer, viewer.writing.day if day.year == viewer.today.year else viewer.writing.day_year)


def weekday_name(at: datetime | date, viewer: Viewer) -> str:
    """Tue, Jun 9, whatever the day."""
    return _written(_day(at, viewer), viewer, viewer.writing.weekday_day)


def short_moment(at: datetime, viewer: Viewer) -> str:
    """As little as tells it apart: 10:34 AM today, Wed 8:00 AM within a week, else Jun 24 or Jun 24, 2024."""
    day = _day(at, viewer)
    apart = (day - viewer.today).days
    if apart == 0:
        return clock_time(at, viewer)
    near = abs(apart) < 7
    return f"{viewer.writing.weekdays[day.weekday()]} {clock_time(at, viewer)}" if near else date_name(day, viewer)


def full_moment(at: datetime, viewer: Viewer) -> str:
    """Thu, Jun 11, 2026, 10:34 AM CDT: for the title of a short time."""
    local = viewer.local(at)
    day = _written(local.date(), viewer, viewer.writing.weekday_day_year)
    return f"{day}, {clock_time(at, viewer)} {local.tzname()}"


def _day(at: datetime | date, viewer: Viewer) -> date:
    return viewer.local(at).date() if isinstance(at, datetime) else at


def _written(day: date, viewer: Viewer, template: str) -> str:
    writing = viewer.writing
    return template.format(
        weekday=writing.weekdays[day.weekday()], day=day.day, month=writing.months[day.month - 1], year=day.year
    )


def length(span: timedelta) -> str:
    """3m 12s, 1h 5m, 2d 4h: the two largest units that say something."""
    seconds = int(span.total_seconds())
    if seconds < 60:
        return f"{max(seconds, 0)}s"
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    large, small = (
        (f"{minutes}m", f"{seconds % 60}s")
        if minutes < 60
        else (f"{hours}h", f"{minutes % 60}m")
        if hours < 24
        else (f"{days}d", f"{hours % 24}h")
    )
    return large if small.startswith("0") else f"{large} {small}"


def brief_length(span: timedelta) -> str:
    """8m, 3h, 2d: one unit, never nothing."""
    if span < HOUR:
        return f"{max(int(span / MINUTE), 1)}m"
    return f"{int(span / HOUR)}h" if span < 2 * DAY else f"{int(span / DAY)}d"


def ago(at: datetime, viewer: Viewer) -> str:
    """just now, 8m ago, 3h ago, yesterday, Jun 11."""
    span = viewer.now - at
    if span < MINUTE:
        return "just now"
    if span < DAY:
        return f"{brief_length(span)} ago"
    return day_name(at, viewer).replace("Yesterday", "yesterday")


def time_left(due: datetime, start: datetime, viewer: Viewer) -> TimeLeft:
    """Far away: the moment. Under an hour: minutes left. Soon: ten minutes, or a fifth of the window. Then over."""
    left = due - viewer.now
    if left <= timedelta(0):
        return TimeLeft("over", f"{brief_length(-left)} over", 100)
    percent = min(round(100 * left / (due - start)), 100) if due > start else 100
    if left >= HOUR:
        return TimeLeft("ok", short_moment(due, viewer), percent)
    soon = left <= 10 * MINUTE or (percent <= 20 and left <= 20 * MINUTE)
    return TimeLeft("soon" if soon else "ok", f"{brief_length(left)} left", percent)
