"""A person's own preferences."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from trellis.core.refusal import Refused
from trellis.setup.forms.hours import zone_options
from trellis.setup.forms.preferences import PREFERENCES, PreferencesForm
from trellis.setup.views.sayings import and_undo
from trellis.team.actions.people import set_preferences
from trellis.team.queries import business
from trellis.web.doors import Request, go_to, page_to_return_to, posted, signed_in
from trellis.web.pages import render_page, viewer_for
from trellis.web.sayings import say

LOOKS = {"": "as your system is", "light": "light", "dark": "dark"}


@signed_in
def preferences(request: Request, *, at: datetime) -> HttpResponse:
    user, of = request.user, business()
    chosen_now = {name: getattr(user, name) for name in PREFERENCES}
    form = PreferencesForm(posted(request), initial=chosen_now, viewer=viewer_for(user, at, of), of=of)
    if request.method == "POST" and form.is_valid():
        set_preferences(user, **form.cleaned_data, by=user, at=at)
        say(request, and_undo("Saved. Everything is shown your way from now on.", by=user, at=at))
        return go_to(request, reverse("setup:preferences"))
    context = {"current": "preferences", "form": form, "zones": zone_options()}
    status = 422 if request.method == "POST" else 200
    return render_page(request, "setup/preferences.html", context, at=at, status=status)


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
