"""The steps of the first run that its admin takes once the first account is open, until leads can come in."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.views.decorators.cache import never_cache

from trellis.core.refusal import Refused
from trellis.setup.actions.welcome import (
    change_business,
    open_first_form,
    settle_people_and_hours,
    take_up_playbook,
)
from trellis.setup.forms.choosing import USUAL, ChoosePlaybook
from trellis.setup.forms.welcome import BusinessForm, ColleagueForm, FormForm, each_with_an_email_of_their_own
from trellis.setup.forms.welcome_hours import HoursForm
from trellis.setup.queries.welcome import (
    STEPS,
    colleagues,
    first_form,
    hands,
    is_finished,
    next_step,
    office,
    published,
    steps_done,
)
from trellis.setup.queries.welcome import stem as stem_of
from trellis.setup.queries.welcome_playbook import first_words, pictures
from trellis.team.queries import business
from trellis.web.asking import administers
from trellis.web.doors import Request, View, posted
from trellis.web.pages import render_public, viewer_for

UNDER_WAY = "first_run"
ROWS = 5


def is_under_way(request: HttpRequest) -> bool:
    """From the first account until leads can come in; and on, in the browser that set it up."""
    return bool(request.session.get(UNDER_WAY)) or not is_finished(steps_done())


def step(key: str) -> Callable[[Callable[..., HttpResponse]], View]:
    """The door of one step: for an admin, while the first run is under way, and not before the steps before it."""

    def guarded(view: Callable[..., HttpResponse]) -> View:
        @wraps(view)
        def door(request: Request, *args: Any, at: datetime, **kwargs: Any) -> HttpResponse:
            if not is_under_way(request):
                return HttpResponseRedirect(resolve_url(settings.LOGIN_REDIRECT_URL))
            remember(request)
            first_open = next_step(steps_done())
            order = list(STEPS)
            if order.index(key) > order.index(first_open):
                return redirect(f"setup:welcome_{first_open}")
            return view(request, *args, at=at, **kwargs)

        return never_cache(administers(door))

    return guarded


def remember(request: HttpRequest) -> None:
    """This browser sets the business up; written once, for the last page is asked for every two seconds."""
    if UNDER_WAY not in request.session:
        request.session[UNDER_WAY] = True


def show(
    request: Request, here: str, context: dict[str, Any], *, at: datetime, status: int = 200, page: str = ""
) -> HttpResponse:
    """A page of the first run. It has no navigation: until leads can come in there is nowhere else to go."""
    viewer = viewer_for(request.user, at, business())
    context = {"steps": stem_of(steps_done(), here), "viewer": viewer, **context}
    return render_public(request, page or f"setup/welcome_{here}.html", context, at=at, status=status)


@step("business")
def change(request: Request, *, at: datetime) -> HttpResponse:
    """The first step again, without the account."""
    form = BusinessForm.of(business(), posted(request))
    if request.method == "POST" and form.is_valid():
        change_business(facts=form.facts, by=request.user, at=at)
        return redirect("setup:welcome_people")
    return show(
        request, "business", {"form": form}, at=at, status=422 if form.is_bound else 200, page="setup/welcome.html"
    )


@step("people")
def people(request: Request, *, at: datetime) -> HttpResponse:
    of, sent = business(), posted(request)
    viewer = viewer_for(request.user, at, of)
    rows = [ColleagueForm(sent, prefix=f"colleague-{number}") for number in range(1, ROWS + 1)]
    hours = HoursForm.of(office(), sent, viewer=viewer, region=of.region)
    if sent is not None and are_well([*rows, hours]) and settle(request, rows, hours, at):
        return redirect("setup:welcome_playbook")
    context = {"rows": rows, "hours": hours, "colleagues": colleagues()}
    return show(request, "people", context, at=at, status=200 if sent is None else 422)


def are_well(forms: list[Any]) -> bool:
    """Every fault of every form is said at once."""
    for form in forms:
        form.full_clean()
    each_with_an_email_of_their_own([form for form in forms if isinstance(form, ColleagueForm)])
    return not any(form.errors for form in forms)


def settle(request: Request, rows: list[ColleagueForm], hours: HoursForm, at: datetime) -> bool:
    added = [row.colleague for row in rows if row.colleague]
    try:
        settle_people_and_hours(
            colleagues=added, week=hours.week, time_zone=business().time_zone, by=request.user, at=at
        )
    except (Refused, ValueError) as refused:
        hours.add_error(None, getattr(refused, "sentence", str(refused)))
        return False
    return True


@step("playbook")
def playbook(request: Request, *, at: datetime) -> HttpResponse:
    live = published()
    form = ChoosePlaybook(posted(request), initial={"playbook": live.key if live else USUAL})
    if request.method == "POST" and form.is_valid():
        take_up_playbook(form.cleaned_data["playbook"], steps=form.steps, by=request.user, at=at)
        return redirect("setup:welcome_form")
    shown = pictures(hands(), business(), viewer_for(request.user, at, business()))
    context = {"pictures": shown, "form": form}
    return show(request, "playbook", context, at=at, status=422 if form.errors else 200)


@step("form")
def form(request: Request, *, at: datetime) -> HttpResponse:
    of = published()
    assert of  # The door lets nobody in before the playbook.
    existing = first_form()
    asked = FormForm(posted(request), initial=first_words(existing, of))
    is_look = "look" in request.POST
    if request.method == "POST" and asked.is_valid() and not is_look:
        open_first_form(**asked.cleaned_data, playbook=of.key, at=at)
        return redirect("setup:welcome_lead")
    context = {"form": asked, "existing": existing, "public_url": settings.PUBLIC_URL}
    faulty = asked.is_bound and not asked.is_valid()
    return show(request, "form", context, at=at, status=422 if faulty else 200)
