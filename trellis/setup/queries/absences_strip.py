"""Two weeks at a glance: who is on duty on which day, who is away, and when a team has nobody while we are open."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from math import ceil, floor
from uuid import UUID

from trellis.core.business_time import Hours
from trellis.setup.queries.people import PAGE, beyond, cursor_at
from trellis.team.hours import Span, public_holidays, without
from trellis.team.models import Absence, Calendar, Membership, User
from trellis.team.queries import (
    TEAM_CALENDAR,
    UnknownCalendar,
    absences_between,
    active_people,
    hours_of,
    hours_of_users,
)
from trellis.web.times import Viewer, clock_range, clock_time, date_name, day_name, weekday_name

DAYS = 14
DAY = timedelta(days=1)
HOUR = 100 / 24  # In percent of a day.


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A stretch of one day, of duty or away: where it starts and how long it is, in percent of the day."""

    kind: str = "duty"
    start: float
    length: float


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One person on one day. `words` say what the bars show; nobody works on a closed one."""

    bars: list[Bar]
    words: str
    is_closed: bool


@dataclass(frozen=True, kw_only=True)
class StripDay:
    """A column. `holiday` is the name of what closes the office."""

    date: date
    weekday: str
    name: str
    holiday: str
    is_today: bool
    starts_week: bool


@dataclass(frozen=True, kw_only=True)
class StripRow:
    user: User
    cells: list[Cell]


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A team that nobody of is there while we are open, and when, in words."""

    team: str
    when: list[str]


@dataclass(frozen=True, kw_only=True)
class Strip:
    title: str
    days: list[StripDay]
    rows: list[StripRow]
    gaps: list[Gap]
    holidays: list[StripDay]
    frame: Bar
    shown: str
    before: date
    after: date
    more: str
    has_hours: bool


@dataclass(kw_only=True)
class Roster:
    """What is needed of the fortnight: everybody's hours and absences, and the office's hours."""

    start: datetime
    end: datetime
    hours: Mapping[UUID, Hours | None]
    away: Mapping[UUID, list[Absence]]
    office: Hours | None
    _duty: dict[UUID, list[Span]] = field(default_factory=dict)

    @cached_property
    def open_time(self) -> list[Span]:
        """When the office is open; always, where nobody wrote down hours."""
        return self.office.open_spans(self.start, self.end) if self.office else [(self.start, self.end)]

    def duty(self, user_id: UUID) -> list[Span]:
        """When somebody is there. Where nobody wrote down hours, they count as always there."""
        if user_id not in self._duty:
            hours = self.hours[user_id]
            spans = hours.open_spans(self.start, self.end) if hours else [(self.start, self.end)]
            self._duty[user_id] = without(spans, ((one.starts_at, one.ends_at) for one in self.away.get(user_id, ())))
        return self._duty[user_id]


def strip_from(first: date, viewer: Viewer, *, after: str = "") -> Strip:
    """Two weeks from the start of the week that `first` is in, for one page of people."""
    start = viewer.start_of_week(first)
    midnights = [datetime.combine(start + number * DAY, time(), viewer.zone) for number in range(DAYS + 1)]
    everybody = active_people()
    users = list(beyond(User.objects.active(), after)[: PAGE + 1])
    roster = Roster(
        start=midnights[0],
        end=midnights[-1],
        hours=hours_of_users(everybody),
        away=absences_between(midnights[0], midnights[-1]),
        office=office_hours(),
    )
    rows = rows_of(users[:PAGE], roster, midnights, viewer)
    closings, frame = closings_of(start), frame_of(rows)
    days = [strip_day(midnight.date(), closings, viewer) for midnight in midnights[:-1]]
    return Strip(
        title=f"{date_name(days[0].date, viewer)} – {date_name(days[-1].date, viewer)}",
        days=days,
        rows=rows,
        gaps=gaps_of(everybody, roster, viewer),
        holidays=[day for day in days if day.holiday],
        frame=frame,
        shown=say_frame(frame, viewer),
        before=start - DAYS * DAY,
        after=start + DAYS * DAY,
        more=cursor_at(users[PAGE - 1]) if len(users) > PAGE else "",
        has_hours=roster.office is not None,
    )


def office_hours() -> Hours | None:
    try:
        return hours_of(TEAM_CALENDAR)
    except UnknownCalendar:
        return None


def closings_of(start: date) -> dict[date, str]:
    """The dates of the fortnight that differ from the office's week, with their names."""
    calendar = Calendar.objects.filter(key=TEAM_CALENDAR).prefetch_related("days").first()
    if calendar is None:
        return {}
    span = [start + number * DAY for number in range(DAYS)]
    names = public_holidays(calendar.holidays)
    found = {day: names[day] for day in span if day in names}
    written = {day.date: day.label or "Other hours" for day in calendar.days.all() if day.date in span}
    return found | written


def strip_day(day: date, closings: Mapping[date, str], viewer: Viewer) -> StripDay:
    return StripDay(
        date=day,
        weekday=viewer.writing.weekdays[day.weekday()],
        name=weekday_name(day, viewer),
        holiday=closings.get(day, ""),
        is_today=day == viewer.today,
        starts_week=day == viewer.start_of_week(day),
    )


def rows_of(users: Sequence[User], roster: Roster, midnights: Sequence[datetime], viewer: Viewer) -> list[StripRow]:
    """Whoever has the same hours and no leave has the same days: most people."""
    usual: dict[Hours | None, list[Cell]] = {}
    rows = []
    for user in users:
        hours, absences = roster.hours[user.pk], roster.away.get(user.pk, [])
        cells = None if absences else usual.get(hours)
        if cells is None:
            cells = cells_of(roster.duty(user.pk), absences, roster, midnights, viewer)
        if not absences:
            usual[hours] = cells
        rows.append(StripRow(user=user, cells=cells))
    return rows


def cells_of(
    duty: list[Span], absences: Sequence[Absence], roster: Roster, midnights: Sequence[datetime], viewer: Viewer
) -> list[Cell]:
    cells = []
    for day in pairwise(midnights):
        here = within(duty, day)
        leave = [one for one in absences if one.starts_at < day[1] and one.ends_at > day[0]]
        said = [say_span(span, viewer) for span in here]
        if leave:
            reasons = sorted({one.reason for one in leave if one.reason})
            said.append(f"away: {', '.join(reasons)}" if reasons else "away")
        cells.append(
            Cell(
                bars=[
                    *(bar("away", span, day) for span in within(((one.starts_at, one.ends_at) for one in leave), day)),
                    *(bar("duty", span, day) for span in here),
                ],
                words=", ".join(said) or "off",
                is_closed=not here and not within(roster.open_time, day),
            )
        )
    return cells


def frame_of(rows: Iterable[StripRow]) -> Bar:
    """The hours of a day that are worth showing: an hour around all duty, the whole day where there is none."""
    bars = [bar for row in rows for cell in row.cells for bar in cell.bars if bar.kind == "duty"]
    first = min((bar.start for bar in bars), default=0)
    last = max((bar.start + bar.length for bar in bars), default=100)
    start = max(floor(round(first / HOUR, 2)) - 1, 0)
    end = min(ceil(round(last / HOUR, 2)) + 1, 24)
    return Bar(start=start * HOUR, length=(end - start) * HOUR)


def say_frame(frame: Bar, viewer: Viewer) -> str:
    start, end = round(frame.start / HOUR), round((frame.start + frame.length) / HOUR)
    return f"{clock_time(time(start), viewer)} to {clock_time(time(end % 24), viewer)}"


def within(spans: Iterable[Span], day: Span) -> list[Span]:
    """What of the spans falls into the day."""
    first, last = day
    return [(max(start, first), min(end, last)) for start, end in spans if start < last and end > first]


def bar(kind: str, span: Span, day: Span) -> Bar:
    """A day of 23 or 25 hours is as wide as any other."""
    whole = day[1].timestamp() - day[0].timestamp()
    start = (span[0].timestamp() - day[0].timestamp()) / whole
    length = (span[1].timestamp() - span[0].timestamp()) / whole
    return Bar(kind=kind, start=round(100 * start, 2), length=round(100 * length, 2))


def gaps_of(everybody: Sequence[User], roster: Roster, viewer: Viewer) -> list[Gap]:
    """When a team has nobody although we are open, from now on. A team without people has no gaps: it has no turn."""
    if roster.office is None:
        return []
    begin = max(roster.start, viewer.now)
    open_time = roster.office.open_spans(begin, roster.end) if begin < roster.end else []
    teams: dict[str, list[UUID]] = defaultdict(list)
    places = Membership.objects.filter(user__in=everybody).order_by("team__name").values_list("team__name", "user_id")
    for team, user_id in places:
        teams[team].append(user_id)
    found = []
    for team, members in teams.items():
        alone = open_time
        for user_id in members:
            alone = without(alone, roster.duty(user_id))
        if alone:
            found.append(Gap(team=team, when=in_words(alone, open_time, viewer)))
    return found


def in_words(gaps: Iterable[Span], open_time: Sequence[Span], viewer: Viewer) -> list[str]:
    """Day by day: the whole day, or from when until when. Whole days that follow each other are said as one."""
    days: dict[date, list[Span]] = defaultdict(list)
    for gap in gaps:
        days[viewer.local(gap[0]).date()].append(gap)
    open_days = sorted({viewer.local(start).date() for start, _ in open_time})
    whole = [day for day in open_days if day in days and days[day] == on_day(open_time, day, viewer)]
    runs = [(run[0], run[-1]) for run in runs_of(whole, open_days)]
    parts = {day: spans for day, spans in days.items() if day not in whole}
    said = {first: say_days(first, last, viewer) for first, last in runs}
    said |= {day: f"{weekday_name(day, viewer)}, {say_spans(spans, viewer)}" for day, spans in parts.items()}
    return [said[day] for day in sorted(said)]


def on_day(spans: Iterable[Span], day: date, viewer: Viewer) -> list[Span]:
    return [span for span in spans if viewer.local(span[0]).date() == day]


def runs_of(whole: Sequence[date], open_days: Sequence[date]) -> list[list[date]]:
    """Days that follow each other among the days on which we are open."""
    runs: list[list[date]] = []
    for day in whole:
        number = open_days.index(day)
        if runs and number and open_days[number - 1] == runs[-1][-1]:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def say_days(first: date, last: date, viewer: Viewer) -> str:
    if first == last:
        return f"{day_name(first, viewer)}, all day"
    return f"{weekday_name(first, viewer)} to {weekday_name(last, viewer)}"


def say_spans(spans: Iterable[Span], viewer: Viewer) -> str:
    return " and ".join(say_span(span, viewer) for span in spans)


def say_span(span: Span, viewer: Viewer) -> str:
    return clock_range(viewer.local(span[0]).time(), viewer.local(span[1]).time(), viewer)
