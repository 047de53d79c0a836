"""Playbooks: what there is, and the matrix of one."""

from datetime import datetime

from django.http import Http404, HttpResponse

from trellis.journeys.drafts import draft_of
from trellis.journeys.publish import active_playbook
from trellis.setup.queries.matrix import matrix_of
from trellis.setup.queries.playbooks import listed_playbooks
from trellis.team.permissions import can_publish
from trellis.web.doors import Request, signed_in
from trellis.web.pages import render_page


@signed_in
def playbooks(request: Request, *, at: datetime) -> HttpResponse:
    return render_page(
        request, "setup/playbooks.html", {"current": "playbooks", "playbooks": listed_playbooks()}, at=at
    )


@signed_in
def playbook(request: Request, key: str, *, at: datetime) -> HttpResponse:
    live = active_playbook(key)
    if live is None:
        raise Http404
    matrix = matrix_of(live, at)
    asked = request.GET.get("stage", "")
    context = {
        "current": "playbooks",
        "playbook": live,
        "matrix": matrix,
        "may_edit": can_publish(request.user),
        "has_draft": draft_of(key) is not None,
        "chosen": asked if asked in matrix.document.stages else matrix.document.first_stage,
    }
    return render_page(request, "setup/playbook.html", context, at=at)
