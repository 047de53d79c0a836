"""Playbooks: what there is, the matrix of one, and adding another one that ships."""

from datetime import datetime

from django.http import Http404, HttpResponse
from django.urls import reverse

from trellis.core.refusal import Refused
from trellis.journeys.drafts import draft_of
from trellis.journeys.models import Playbook
from trellis.journeys.publish import active_playbook
from trellis.setup.actions.welcome import add_playbook
from trellis.setup.forms.choosing import ChoosePlaybook
from trellis.setup.queries.matrix import matrix_of
from trellis.setup.queries.playbook_steps import steps_of
from trellis.setup.queries.playbooks import listed_playbooks
from trellis.setup.queries.welcome import hands
from trellis.setup.queries.welcome_playbook import pictures
from trellis.team.permissions import can_administer, can_publish, sees_all
from trellis.team.queries import business
from trellis.web.asking import administers, sees
from trellis.web.doors import Request, go_to, posted
from trellis.web.pages import render_page, viewer_for
from trellis.web.sayings import say


@sees("playbook")
def playbooks(request: Request, *, at: datetime) -> HttpResponse:
    context = {
        "current": "playbooks",
        "playbooks": listed_playbooks(request.user),
        "may_add": can_administer(request.user),
    }
    return render_page(request, "setup/playbooks.html", context, at=at)


@sees("playbook")
def playbook(request: Request, key: str, *, at: datetime) -> HttpResponse:
    live = active_playbook(key)
    if live is None:
        raise Http404
    matrix = matrix_of(live, at, counted=sees_all(request.user))
    asked = request.GET.get("stage", "")
    context = {
        "current": "playbooks",
        "playbook": live,
        "matrix": matrix,
        "steps": steps_of(live),
        "sees_all": sees_all(request.user),
        "may_publish": can_publish(request.user),
        "may_edit": can_publish(request.user),
        "has_draft": draft_of(key) is not None,
        "chosen": asked if asked in matrix.document.stages else matrix.document.first_stage,
    }
    return render_page(request, "setup/playbook.html", context, at=at)


@administers
def add(request: Request, *, at: datetime) -> HttpResponse:
    """One more of those that ship, beside what is there: it forms the teams that it names."""
    taken = frozenset(Playbook.objects.values_list("key", flat=True))
    shown = pictures(hands(), business(), viewer_for(request.user, at, business()), without=taken)
    form = ChoosePlaybook(posted(request), taken=taken, initial={"playbook": shown[-1].key if shown else ""})
    if request.method == "POST" and form.is_valid():
        try:
            added = add_playbook(form.cleaned_data["playbook"], steps=form.steps, by=request.user, at=at)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            say(request, f"{added.title} is live. Give it a form, or let another playbook hand on to it.")
            return go_to(request, reverse("setup:playbook", args=[added.key]))
    context = {"current": "playbooks", "pictures": shown, "form": form}
    return render_page(request, "setup/playbook_add.html", context, at=at, status=422 if form.errors else 200)
