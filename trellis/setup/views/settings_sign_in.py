"""How everybody signs in: whether a second step is needed."""

from datetime import datetime

from django.http import HttpResponse
from django.urls import reverse

from trellis.core.refusal import Refused
from trellis.setup.forms.sign_in import SignInForm
from trellis.setup.queries.sign_in import people_without_two_steps
from trellis.setup.views.sayings import and_undo
from trellis.team.actions.two_steps import require_two_steps
from trellis.team.queries import business
from trellis.web.asking import administers
from trellis.web.doors import Request, go_to, posted
from trellis.web.pages import render_page
from trellis.web.sayings import say

NOW = "From now on everybody needs a second step. Whoever has none sets one up at the next click."


@administers
def sign_in(request: Request, *, at: datetime) -> HttpResponse:
    form = SignInForm(posted(request), initial={"of_everybody": business().two_steps_since is not None})
    if request.method == "POST" and form.is_valid():
        of_everybody = form.cleaned_data["of_everybody"]
        try:
            require_two_steps(of_everybody=of_everybody, by=request.user, at=at)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            said = NOW if of_everybody else "Saved. Everybody chooses for themselves."
            say(request, and_undo(said, by=request.user, at=at))
            return go_to(request, reverse("setup:sign_in"))
    context = {"current": "settings", "form": form, "without": people_without_two_steps()}
    return render_page(request, "setup/settings_sign_in.html", context, at=at, status=422 if form.is_bound else 200)
