"""The business, as customers and machines see it, and the color of its public pages."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin

from trellis.setup.forms.business import BrandedBusinessForm
from trellis.setup.queries.settings import any_form
from trellis.setup.views.sayings import and_undo
from trellis.steps.capture.views import show_form
from trellis.team.actions.business import set_business
from trellis.team.models import Business
from trellis.team.permissions import can_administer
from trellis.team.queries import business as the_business
from trellis.web.asking import administers, sees
from trellis.web.doors import Request, go_to, posted
from trellis.web.pages import render_page
from trellis.web.sayings import say


def business(request: HttpRequest) -> HttpResponse:
    """Shown to everybody; changed by an admin."""
    return (change if request.method == "POST" else show)(request)


@sees("settings")
def show(request: Request, *, at: datetime) -> HttpResponse:
    return _show(request, BrandedBusinessForm.of(the_business(), None), at=at)


@administers
def change(request: Request, *, at: datetime) -> HttpResponse:
    form = BrandedBusinessForm.of(the_business(), posted(request))
    if form.is_bound and form.is_valid():
        set_business(**form.facts, by=request.user, at=at)
        said = "Saved. Public pages, times and money follow from now on."
        say(request, and_undo(said, by=request.user, at=at))
        return go_to(request, reverse("setup:business"))
    return _show(request, form, at=at)


@xframe_options_sameorigin
@sees("settings")
def preview(request: Request, *, at: datetime) -> HttpResponse:
    """A public page in the words and the color that an admin types just now."""
    form = BrandedBusinessForm.of(the_business(), posted(request) if can_administer(request.user) else None)
    typed = Business(**form.facts) if form.is_bound and form.is_valid() else the_business()
    return show_form(request, any_form(), {}, is_preview=True, at=at, business=typed)


def _show(request: Request, form: BrandedBusinessForm, *, at: datetime) -> HttpResponse:
    context = {"current": "settings", "form": form, "may_administer": can_administer(request.user)}
    return render_page(request, "setup/branding.html", context, at=at, status=422 if form.is_bound else 200)
