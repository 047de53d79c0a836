"""Logging in and out."""

from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from trellis.desk.forms import LogInForm
from trellis.journeys.models import Playbook
from trellis.team.models import Role, User
from trellis.web.doors import page_to_return_to, posted
from trellis.web.pages import render_public
from trellis.web.tries import Tries

# Ten wrong passwords in a quarter of an hour, for one email from one address.
WRONG_PASSWORDS = Tries("log-in", most=10, seconds=15 * 60)
WRONG = "That email and password do not belong together. Check both and try again."
TOO_MANY = "That was wrong ten times. Wait 15 minutes, or ask an admin for a new password."


@never_cache
@sensitive_post_parameters("password")
def log_in(request: HttpRequest) -> HttpResponse:
    back = page_to_return_to(request, resolve_url("desk:today"))
    if not User.objects.active().exists():
        return redirect("setup:welcome")
    if request.user.is_authenticated:
        return HttpResponseRedirect(back)
    form = LogInForm(posted(request))
    if request.method == "POST" and form.is_valid() and enter(request, form):
        return redirect("setup:welcome") if is_set_up_later(request) else HttpResponseRedirect(back)
    context = {"form": form, "next": back}
    return render_public(request, "desk/log_in.html", context, at=timezone.now(), status=status_of(form))


def enter(request: HttpRequest, form: LogInForm) -> bool:
    """Log them in, or say on the form why not."""
    email = form.cleaned_data["email"].strip().lower()
    key = f"{email} {request.META.get('REMOTE_ADDR', '')}"
    if WRONG_PASSWORDS.are_used_up(key):
        form.add_error(None, TOO_MANY)
        return False
    user = authenticate(request, username=email, password=form.cleaned_data["password"])
    if user is None:
        WRONG_PASSWORDS.count(key)
        form.add_error(None, WRONG)
        return False
    WRONG_PASSWORDS.forget(key)
    login(request, user)
    return True


def is_set_up_later(request: HttpRequest) -> bool:
    """An admin left the first run before anything was there that a lead could walk."""
    is_admin = getattr(request.user, "role", "") == Role.ADMIN
    return is_admin and not Playbook.objects.exclude(active_at=None).exists()


def status_of(form: LogInForm) -> int:
    if not form.is_bound or form.is_valid():
        return 200
    return 429 if TOO_MANY in form.non_field_errors() else 422


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.success(request, "You are logged out.")
    return HttpResponseRedirect(resolve_url("desk:log_in"))
