"""A person's own preferences, and their own password."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from trellis.core.refusal import Refused
from trellis.setup.forms.hours import zone_options
from trellis.setup.forms.preferences import PREFERENCES, PasswordForm, PreferencesForm
from trellis.setup.views.sayings import and_undo
from trellis.team.actions.people import change_password, set_preferences
from trellis.team.queries import business
from trellis.web.doors import Request, go_to, page_to_return_to, posted, signed_in
from trellis.web.pages import render_page, viewer_for
from trellis.web.sayings import say
from trellis.web.tries import Tries

# Whoever sits down at an open screen does not get to guess on and on.
WRONG_PASSWORDS = Tries("change-password", most=10, seconds=15 * 60)
LOOKS = {"": "as your system is", "light": "light", "dark": "dark"}
TOO_MANY = "That was wrong ten times. Wait 15 minutes, or ask an admin for a new password."


@signed_in
def preferences(request: Request, *, at: datetime) -> HttpResponse:
    user, of = request.user, business()
    chosen_now = {name: getattr(user, name) for name in PREFERENCES}
    form = PreferencesForm(posted(request), initial=chosen_now, viewer=viewer_for(user, at, of), of=of)
    if request.method == "POST" and form.is_valid():
        set_preferences(user, **form.cleaned_data, by=user, at=at)
        say(request, and_undo("Saved. Everything is shown your way from now on.", by=user, at=at))
        return go_to(request, reverse("setup:preferences"))
    return show_preferences(request, form, PasswordForm(user=user), at=at)


@signed_in
@require_POST
def set_theme(request: Request, *, at: datetime) -> HttpResponse:
    try:
        set_preferences(request.user, theme=request.POST.get("theme", ""), by=request.user, at=at)
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        said = f"Shown {LOOKS[request.user.theme]} from now on."
        say(request, and_undo(said, by=request.user, at=at))
    return go_to(request, page_to_return_to(request, reverse("setup:preferences")))


@sensitive_post_parameters("old", "new", "again")
@signed_in
@require_POST
def set_own_password(request: Request, *, at: datetime) -> HttpResponse:
    user, of = request.user, business()
    form = PasswordForm(request.POST, user=user)
    if form.is_valid() and change(request, form, at=at):
        update_session_auth_hash(request, user)
        say(request, "Your password is changed. You stay logged in here; anywhere else you log in again.")
        return go_to(request, reverse("setup:preferences"))
    chosen_now = {name: getattr(user, name) for name in PREFERENCES}
    unchanged = PreferencesForm(initial=chosen_now, viewer=viewer_for(user, at, of), of=of)
    return show_preferences(request, unchanged, form, at=at)


def change(request: Request, form: PasswordForm, *, at: datetime) -> bool:
    """Change the password, or say on the form why not."""
    key = str(request.user.pk)
    if WRONG_PASSWORDS.are_used_up(key):
        form.add_error("old", TOO_MANY)
        return False
    old, new = form.cleaned_data["old"], form.cleaned_data["new"]
    try:
        change_password(request.user, old=old, new=new, by=request.user, at=at)
    except Refused as refused:
        WRONG_PASSWORDS.count(key)
        form.add_error("old", refused.sentence)
        return False
    WRONG_PASSWORDS.forget(key)
    return True


def show_preferences(
    request: Request, form: PreferencesForm, password_form: PasswordForm, *, at: datetime
) -> HttpResponse:
    context = {"current": "preferences", "form": form, "password_form": password_form, "zones": zone_options()}
    status = 422 if request.method == "POST" else 200
    return render_page(request, "setup/preferences.html", context, at=at, status=status)
