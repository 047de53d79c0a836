"""Calendars: the week, public holidays, single dates that differ, and hours beside the office's."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from trellis.core.refusal import Refused
from trellis.core.windows import DAY_NAMES
from trellis.setup.forms.hours import DifferentDayForm, NewHoursForm, WeekForm, countries, parts_of, zone_options
from trellis.setup.queries.hours import hours_sheet, sentence_of
from trellis.setup.views.sayings import and_undo
from trellis.team.actions.hours import create_calendar, remove_day, set_day, set_hours
from trellis.team.hours import build_hours
from trellis.team.models import Calendar, CalendarDay
from trellis.team.permissions import can_manage
from trellis.team.queries import TEAM_CALENDAR, business
from trellis.web.asking import Question, ask, manages, sees
from trellis.web.doors import Request, go_to, posted
from trellis.web.pages import render_page, viewer_for
from trellis.web.sayings import say
from trellis.web.times import Viewer, weekday_name

# Where nobody wrote down any hours yet: what most offices have.
USUAL = {day: [["09:00", "17:00"]] for day in DAY_NAMES[:5]}
COPIES = {"weekdays": DAY_NAMES[1:5], "all": DAY_NAMES[1:]}


def calendar_named(key: str) -> Calendar:
    return get_object_or_404(Calendar.objects.prefetch_related("days"), key=key)


@sees("hours")
def hours(request: Request, *, at: datetime) -> HttpResponse:
    """The office's, else the first that there are."""
    calendars = {calendar.key: calendar for calendar in Calendar.objects.prefetch_related("days").order_by("name")}
    calendar = calendars.get(TEAM_CALENDAR) or next(iter(calendars.values()), None)
    if calendar is None:
        context = {"current": "people", "part": "hours", "may_manage": can_manage(request.user)}
        return render_page(request, "setup/hours_empty.html", context, at=at)
    return show_hours(request, calendar, week_form(request, calendar, at=at), at=at)


@sees("hours")
def calendar(request: Request, key: str, *, at: datetime) -> HttpResponse:
    found = calendar_named(key)
    return show_hours(request, found, week_form(request, found, at=at), at=at)


def week_form(request: Request, of: Calendar, *, at: datetime, windows: Any = None, posted: Any = None) -> WeekForm:
    known_now = {
        "name": of.name,
        "time_zone": of.time_zone,
        "country": of.holidays.partition("-")[0],
        "part": of.holidays,
    }
    viewer = viewer_for(request.user, at, business())
    return WeekForm(posted, initial=known_now, windows=of.windows if windows is None else windows, viewer=viewer)


def show_hours(
    request: Request, of: Calendar, form: WeekForm, *, at: datetime, copied: bool = False, status: int = 200
) -> HttpResponse:
    context = {
        "current": "people",
        "part": "hours",
        "sheet": hours_sheet(of, viewer_for(request.user, at, business())),
        "calendars": Calendar.objects.order_by("name"),
        "form": form,
        "zones": zone_options(),
        "copied": copied,
        "may_manage": can_manage(request.user),
    }
    return render_page(request, "setup/hours.html", context, at=at, status=status)


@manages
@require_POST
def set_week(request: Request, key: str, *, at: datetime) -> HttpResponse:
    found = calendar_named(key)
    form = week_form(request, found, at=at, posted=request.POST)
    if not form.is_valid():
        return show_hours(request, found, form, at=at, status=422)
    answer = form.cleaned_data
    if days := COPIES.get(request.POST.get("copy", "")):
        copied = answer["windows"] | dict.fromkeys(days, answer["windows"].get(DAY_NAMES[0], []))
        fresh = week_form(request, found, at=at, windows=copied)
        return show_hours(request, found, fresh, at=at, copied=True)
    changed = set_hours(
        key=key, **{name: answer[name] for name in ("name", "time_zone", "windows", "holidays")}, by=request.user, at=at
    )
    said = f"Saved. {sentence_of(build_hours(changed), (), viewer_for(request.user, at, business()))}"
    say(request, and_undo(said, by=request.user, at=at))
    return go_to(request, reverse("setup:calendar", args=[key]))


@manages
def add_hours(request: Request, *, at: datetime) -> HttpResponse:
    form = NewHoursForm(posted(request))
    like = Calendar.objects.filter(key=TEAM_CALENDAR).first()
    question = Question(
        title="Add hours",
        text="For people who work at other times than the office, or a promise that counts other hours. "
        + ("They start as a copy of the office’s." if like else "They start as Monday to Friday, 9 to 5."),
        button="Add hours",
        back=reverse("setup:hours"),
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = create_calendar(
                name=form.cleaned_data["name"],
                time_zone=like.time_zone if like else business().time_zone,
                windows=like.windows if like else USUAL,
                holidays=like.holidays if like else "",
                by=request.user,
                at=at,
            )
        except Refused as refused:
            form.add_error("name", refused.sentence)
        else:
            said = f"{made.name} is there, to be changed. Give it to people in their details."
            say(request, and_undo(said, by=request.user, at=at))
            return go_to(request, reverse("setup:calendar", args=[made.key]))
    return ask(request, question, form, lambda _: "", at=at)


@manages
@require_POST
def start_hours(request: Request, *, at: datetime) -> HttpResponse:
    """The office's hours where there are none, to be changed."""
    of = business()
    region = of.region if of.region in dict(countries()) else ""
    made = set_hours(key=TEAM_CALENDAR, time_zone=of.time_zone, windows=USUAL, holidays=region, by=request.user, at=at)
    say(request, and_undo("These are usual hours. Change them to yours.", by=request.user, at=at))
    return go_to(request, reverse("setup:calendar", args=[made.key]))


@sees("hours")
def holiday_parts(request: Request, *, at: datetime) -> HttpResponse:
    """The parts of the country that was chosen, for the page to put in."""
    return render_page(request, "setup/_hours_parts.html", {"parts": parts_of(request.GET.get("country", ""))}, at=at)


@manages
def add_day(request: Request, key: str, *, at: datetime) -> HttpResponse:
    found = calendar_named(key)
    viewer = viewer_for(request.user, at, business())
    form = DifferentDayForm(posted(request), today=at.astimezone(ZoneInfo(found.time_zone)).date())
    question = Question(
        title="Add a date that differs",
        text=f"{found.name} keeps these hours on that date instead of the week’s. Clocks and leads follow at once.",
        button="Add date",
        back=reverse("setup:calendar", args=[key]),
        body="setup/_hours_day_fields.html",
    )

    def act(answer: dict[str, Any]) -> str:
        windows = answer["windows"].get("open", [])
        day = set_day(found, answer["day"], windows=windows, label=answer["label"], by=request.user, at=at)
        return and_undo(said_of(day, viewer), by=request.user, at=at)

    return ask(request, question, form, act, at=at)


def said_of(day: CalendarDay, viewer: Viewer) -> str:
    when = weekday_name(day.date, viewer)
    return f"{when} has hours of its own." if day.windows else f"Closed on {when}."


@manages
@require_POST
def drop_day(request: Request, key: str, day_id: UUID, *, at: datetime) -> HttpResponse:
    day = get_object_or_404(CalendarDay, pk=day_id, calendar__key=key)
    remove_day(day, by=request.user, at=at)
    said = f"{weekday_name(day.date, viewer_for(request.user, at, business()))} is like any other again."
    say(request, and_undo(said, by=request.user, at=at))
    return go_to(request, reverse("setup:calendar", args=[key]))
