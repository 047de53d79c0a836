"""Who is there and who is away: the fortnight at a glance, and noting leave."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from trellis.setup.forms.absences import AbsenceForm, as_asked
from trellis.setup.queries.absences import leave_list, steps_due, what_follows
from trellis.setup.queries.absences_strip import strip_from
from trellis.setup.queries.people import say_leave
from trellis.setup.views.sayings import and_undo
from trellis.team.actions.absences import change_leave, put_on_leave, remove_leave
from trellis.team.models import Absence, User
from trellis.team.permissions import can_manage
from trellis.team.queries import business
from trellis.web.asking import Question, ask, sees
from trellis.web.doors import Request, go_to, posted, signed_in
from trellis.web.pages import render_page, viewer_for
from trellis.web.sayings import say
from trellis.web.times import Viewer

ALWAYS = "What comes due while they are away passes by itself to whoever is there."


@sees("hours")
def absences(request: Request, *, at: datetime) -> HttpResponse:
    viewer = viewer_for(request.user, at, business())
    context = {
        "current": "people",
        "part": "absences",
        "strip": strip_from(day_asked(request, viewer), viewer, after=request.GET.get("people", "")),
        "leave": leave_list(request.user, viewer, request.GET.get("after", "")),
        "may_manage": can_manage(request.user),
    }
    return render_page(request, "setup/absences.html", context, at=at)


def day_asked(request: Request, viewer: Viewer) -> date:
    """The day that the address names, when it is one that we show."""
    try:
        day = date.fromisoformat(request.GET.get("from", ""))
    except ValueError:
        return viewer.today
    return day if abs(day.year - viewer.today.year) <= 5 else viewer.today


def may_change(user: User, absence: Absence) -> bool:
    """Whoever manages, and people their own."""
    return can_manage(user) or absence.user_id == user.pk


@signed_in
def add_absence(request: Request, *, at: datetime) -> HttpResponse:
    who = request.GET.get("who", "")
    known = {"user": who or str(request.user.pk), "from_day": request.GET.get("from", "")}
    form = AbsenceForm(posted(request), initial=known, people=people_for(request.user), of=business())
    question = Question(
        title="Add an absence" if can_manage(request.user) else "Add your absence",
        text=ALWAYS,
        button="Add absence",
        back=reverse("setup:absences"),
        body="setup/_absence_fields.html",
    )

    def act(answer: dict[str, Any]) -> str:
        when = {name: answer[name] for name in ("starts_at", "ends_at", "reason")}
        absence = put_on_leave(form.person, **when, by=request.user, at=at)
        words = noted(absence, form.person, request.user, viewer_for(request.user, at, business()))
        return and_undo(words, by=request.user, at=at)

    return ask(request, question, form, act, at=at)


def people_for(user: User) -> list[User]:
    """Whose leave they may note: everybody's, or only their own."""
    return list(User.objects.active().order_by("name")) if can_manage(user) else [user]


def noted(absence: Absence, person: User, user: User, viewer: Viewer) -> str:
    """What the toast says: from when until when, and what follows."""
    [steps] = steps_due([(person.pk, absence.starts_at, absence.ends_at)], user)
    return f"{person.first_name} is away {say_leave(absence, person, viewer)}. {what_follows(person, steps)}"


@signed_in
def change_absence(request: Request, absence_id: UUID, *, at: datetime) -> HttpResponse:
    absence = get_object_or_404(Absence.objects.select_related("user"), pk=absence_id)
    if not may_change(request.user, absence):
        return render_page(request, "web/not_allowed.html", {}, at=at, status=403)
    of = business()
    form = AbsenceForm(posted(request), initial=as_asked(absence, of), people=[absence.user], of=of)
    question = Question(
        title=f"Change when {absence.user.first_name} is away",
        text=f"{ALWAYS} What has passed on already stays where it is.",
        button="Save",
        back=reverse("setup:absences"),
        body="setup/_absence_fields.html",
    )

    def act(answer: dict[str, Any]) -> str:
        when = {name: answer[name] for name in ("starts_at", "ends_at", "reason")}
        changed = change_leave(absence, **when, by=request.user, at=at)
        words = noted(changed, absence.user, request.user, viewer_for(request.user, at, of))
        return and_undo(words, by=request.user, at=at)

    return ask(request, question, form, act, at=at)


@signed_in
@require_POST
def remove_absence(request: Request, absence_id: UUID, *, at: datetime) -> HttpResponse:
    absence = get_object_or_404(Absence.objects.select_related("user"), pk=absence_id)
    if not may_change(request.user, absence):
        return render_page(request, "web/not_allowed.html", {}, at=at, status=403)
    remove_leave(absence, by=request.user, at=at)
    said = f"{absence.user.first_name} is not away then. What had passed on stays where it is."
    say(request, and_undo(said, by=request.user, at=at))
    return go_to(request, reverse("setup:absences"))


@sees("hours")
def foresee_absence(request: Request, *, at: datetime) -> HttpResponse:
    """What would follow from what is written in the form so far, as a sentence."""
    of = business()
    form = AbsenceForm(request.GET, people=people_for(request.user), of=of)
    sentence = ""
    if form.is_valid():
        start, end = form.cleaned_data["starts_at"], form.cleaned_data["ends_at"]
        [steps] = steps_due([(form.person.pk, start, end)], request.user)
        sentence = what_follows(form.person, steps)
    context = {"sentence": sentence}
    return render_page(request, "setup/_absence_foreseen.html", context, at=at)
