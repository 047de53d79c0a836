"""Calendars in words: when we are open, which dates differ, and who goes by them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Q, QuerySet

from trellis.core.business_time import Hours
from trellis.core.refusal import Refused
from trellis.core.windows import Windows, read_windows
from trellis.journeys.models import Playbook
from trellis.journeys.publish import document_of
from trellis.setup.queries.people import say_day
from trellis.team.hours import build_hours, public_holidays
from trellis.team.models import Calendar, CalendarDay, User
from trellis.team.queries import TEAM_CALENDAR
from trellis.web.times import Viewer, clock_range, weekday_name

COMING = 8
# Whatever differs later than this is not yet on anybody's mind.
SOON = timedelta(days=120)


@dataclass(frozen=True, kw_only=True)
class DifferentDay:
    """A date that is not like others of its weekday: a public holiday, or one that somebody wrote down."""

    date: date
    when: str
    name: str
    words: str
    day: CalendarDay | None


@dataclass(frozen=True, kw_only=True)
class WeekDay:
    """One day of the week and when it is open, in words."""

    name: str
    words: str


@dataclass(frozen=True, kw_only=True)
class HoursSheet:
    """Everything about one calendar."""

    calendar: Calendar
    sentence: str
    week: list[WeekDay]
    coming: list[DifferentDay]
    users: list[User]
    playbooks: list[str]

    @property
    def is_everybodys(self) -> bool:
        return self.calendar.key == TEAM_CALENDAR


def hours_sheet(calendar: Calendar, viewer: Viewer) -> HoursSheet:
    """A calendar with its `days` loaded."""
    hours, today = build_hours(calendar), viewer.today
    coming = different_days(calendar, today, viewer)
    return HoursSheet(
        calendar=calendar,
        sentence=sentence_of(hours, coming, viewer),
        week=[
            WeekDay(name=viewer.writing.long_weekdays[number], words=say_windows(hours.week[number], viewer))
            for number in week_order(viewer)
        ],
        coming=coming[:COMING],
        users=list(users_of(calendar)),
        playbooks=playbooks_of(calendar),
    )


def sentence_of(hours: Hours, coming: Sequence[DifferentDay], viewer: Viewer) -> str:
    """Open Mon–Fri 8:00 AM–12:00 PM, 1:00–5:00 PM; closed Thu, Nov 26 (Thanksgiving Day)."""
    week = week_in_words(hours, viewer)
    if not week:
        return "Never open: no day has hours."
    zone = "" if hours.zone == str(viewer.zone) else f" Times of {hours.zone.rpartition('/')[2].replace('_', ' ')}."
    soon = [
        one
        for one in coming
        if one.date - viewer.today < SOON and (hours.week[one.date.weekday()] or one.words != "closed")
    ]
    if not soon:
        return f"Open {week}.{zone}"
    name = f" ({soon[0].name})" if soon[0].name else ""
    return f"Open {week}; {soon[0].words} {weekday_name(soon[0].date, viewer)}{name}.{zone}"


def week_in_words(hours: Hours, viewer: Viewer) -> str:
    """Mon–Fri 8:00 AM–5:00 PM; Sat 8:00 AM–12:00 PM. Empty when no day is open."""
    names = viewer.writing.weekdays
    groups = [
        (windows, [names[number] for number in days])
        for windows, days in groupby(week_order(viewer), key=lambda number: hours.week[number])
        if windows
    ]
    return "; ".join(
        f"{days[0] if len(days) == 1 else f'{days[0]}–{days[-1]}'} {say_windows(windows, viewer)}"
        for windows, days in groups
    )


def week_order(viewer: Viewer) -> list[int]:
    """The weekdays, Monday being 0, from the one on which the viewer's week starts."""
    first = viewer.start_of_week(viewer.today).weekday()
    return [(first + number) % 7 for number in range(7)]


def say_windows(windows: Windows, viewer: Viewer) -> str:
    said = (clock_range(on_the_clock(start), on_the_clock(end), viewer) for start, end in windows)
    return ", ".join(said) or "closed"


def on_the_clock(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


def different_days(calendar: Calendar, today: date, viewer: Viewer) -> list[DifferentDay]:
    """Public holidays and the dates written down, from today on. What is written down counts more."""
    names = public_holidays(calendar.holidays)
    found = {
        day: DifferentDay(date=day, when=say_day(day, viewer), name=name, words="closed", day=None)
        for day, name in names.items()
        if day >= today
    }
    for day in calendar.days.all():
        if day.date >= today:
            words = say_windows(read_windows(day.windows), viewer)
            words = "closed" if words == "closed" else f"open {words}"
            name = day.label or names.get(day.date, "")
            found[day.date] = DifferentDay(
                date=day.date, when=say_day(day.date, viewer), name=name, words=words, day=day
            )
    return [found[day] for day in sorted(found)]


def users_of(calendar: Calendar) -> QuerySet[User]:
    """Who keeps these hours: of the office's everybody who has none of their own."""
    theirs = Q(calendar=calendar)
    unsaid = Q(calendar=None) if calendar.key == TEAM_CALENDAR else Q()
    return User.objects.active().filter(theirs | unsaid).order_by("name")


def refuse_in_use(calendar: Calendar, columns: dict[str, Any] | None) -> None:
    """Undo would remove hours that a playbook counts its promises in."""
    if columns is None and (titles := playbooks_of(calendar)):
        raise Refused("used_since", f"The promises of {titles[0]} are counted in these hours. Change them instead.")


def playbooks_of(calendar: Calendar) -> list[str]:
    """The playbooks whose promises are counted in these hours."""
    active = Playbook.objects.exclude(active_at=None).defer("source", "document").order_by("title")
    return [playbook.title for playbook in active if document_of(playbook).calendar == calendar.key]
