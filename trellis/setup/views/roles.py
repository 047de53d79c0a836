"""Roles: how far each reaches with every verb of every noun, for admins."""

from datetime import datetime

from django.http import Http404, HttpResponse
from django.urls import reverse

from trellis.setup.forms.roles import VERBS, ReachForm
from trellis.setup.queries.roles import role_sheet
from trellis.setup.views.sayings import and_undo
from trellis.team.actions.roles import set_reach
from trellis.team.models import Role
from trellis.web.asking import administers
from trellis.web.doors import Request, go_to, posted
from trellis.web.pages import render_page
from trellis.web.sayings import say

FIRST = Role.SALES


@administers
def roles(request: Request, *, at: datetime) -> HttpResponse:
    return go_to(request, reverse("setup:role", args=[FIRST]))


@administers
def role(request: Request, role: str, *, at: datetime) -> HttpResponse:
    """The matrix; what is sent is kept at once. An admin's is only to be read."""
    if role not in Role.values:
        raise Http404
    sheet = role_sheet(Role(role))
    form = ReachForm(posted(request), reach=sheet.reach)
    if role != Role.ADMIN and form.is_valid():
        set_reach(role, form.chosen(), by=request.user, at=at)
        say(request, and_undo(f"{sheet.role.label} may do this from now on.", by=request.user, at=at))
        return go_to(request, reverse("setup:role", args=[role]))
    context = {"current": "settings", "sheet": sheet, "form": form, "verbs": VERBS, "roles": list(Role)}
    return render_page(request, "setup/roles.html", context, at=at, status=422 if form.is_bound else 200)
